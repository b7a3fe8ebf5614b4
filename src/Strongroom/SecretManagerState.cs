namespace Strongroom;

/// <summary>A snapshot of the state of all bundles. Holds names, ages and versions, never a value.</summary>
/// <param name="Condition">The worst condition of any bundle, ignoring optional bundles that do not exist.</param>
/// <param name="Bundles">The state of each declared bundle.</param>
public sealed record SecretManagerState(BundleCondition Condition, IReadOnlyList<BundleState> Bundles)
{
    /// <summary>
    /// A problem with the backend that needs an operator's attention, such as a rejected login; null if there is none.
    /// </summary>
    public string? BackendProblem { get; init; }
}

/// <summary>The state of one bundle.</summary>
/// <param name="Bundle">The bundle's id.</param>
/// <param name="Names">The declared names in the bundle.</param>
/// <param name="Condition">The bundle's condition.</param>
/// <param name="Version">The version in memory, or null.</param>
/// <param name="ValidatedAt">When the request was sent by which the backend last confirmed the value.</param>
/// <param name="BudgetLeft">The time until the value expires, by whichever limit comes first: an hour after it was confirmed,
/// the grace period after a denial or deletion, or the end of break-glass access. Zero if no value is served.</param>
/// <param name="LastError">Why the last fetch failed; null if it succeeded.</param>
/// <param name="OnLoss">The effect of losing the bundle.</param>
/// <param name="AcceptedVersion">The version that its counterparty last accepted, or null.</param>
public sealed record BundleState(
    string Bundle,
    IReadOnlyList<SecretName> Names,
    BundleCondition Condition,
    SecretVersion? Version,
    DateTimeOffset? ValidatedAt,
    TimeSpan BudgetLeft,
    SecretErrorCode? LastError,
    LossEffect OnLoss,
    SecretVersion? AcceptedVersion
)
{
    /// <summary>Whether the service refuses to start without the bundle. Default true.</summary>
    public bool Required { get; init; } = true;
}

/// <summary>The condition of a bundle, from best to worst.</summary>
public enum BundleCondition
{
    /// <summary>In memory, and confirmed by the last fetch.</summary>
    Healthy,

    /// <summary>In memory, but the last fetch failed and the outage budget is running.</summary>
    Degraded,

    /// <summary>Rejected by its counterparty, and the rejection is neither confirmed nor refuted yet.</summary>
    Suspect,

    /// <summary>Not in memory.</summary>
    Unavailable,
}
