namespace Strongroom;

/// <summary>How all bundles of a process stand at one moment. Names, ages and versions; no value.</summary>
/// <param name="Condition">The worst of the bundles, those aside that are not required and not there.</param>
/// <param name="Bundles">Each declared bundle.</param>
public sealed record SecretManagerState(BundleCondition Condition, IReadOnlyList<BundleState> Bundles)
{
    /// <summary>
    /// What the backend says of itself that an operator has to look at, such as a refused login; null where there is nothing.
    /// </summary>
    public string? BackendProblem { get; init; }
}

/// <summary>How one bundle stands.</summary>
/// <param name="Bundle">Its id.</param>
/// <param name="Names">The declared names in it.</param>
/// <param name="Condition">How it stands.</param>
/// <param name="Version">The version in memory, or null where there is none.</param>
/// <param name="ValidatedAt">When the request was sent that last made the backend confirm it.</param>
/// <param name="BudgetLeft">How long until the value is gone, by whichever of its ends comes first: the hour since it was
/// confirmed, the grace after a denial or a deletion, the end of a break-glass. Zero where none is served.</param>
/// <param name="LastError">Why the last fetch failed, or null where it did not.</param>
/// <param name="OnLoss">What its loss means.</param>
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
    /// <summary>Whether the service refuses to start without it. Default true.</summary>
    public bool Required { get; init; } = true;
}

/// <summary>How a bundle stands, from best to worst.</summary>
public enum BundleCondition
{
    /// <summary>In memory and confirmed by the last fetch.</summary>
    Healthy,

    /// <summary>In memory; the last fetch failed, and the outage budget runs.</summary>
    Degraded,

    /// <summary>Rejected by its counterparty, and not yet confirmed good or bad.</summary>
    Suspect,

    /// <summary>Not in memory.</summary>
    Unavailable,
}
