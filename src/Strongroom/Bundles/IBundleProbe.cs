namespace Strongroom;

/// <summary>
/// A harmless call by which the counterparty says whether it accepts a credential, such as reading the account. Registered for a
/// bundle; it tries a refreshed credential before that replaces the one in use, and settles what a rejection meant.
/// </summary>
public interface IBundleProbe
{
    /// <summary>The bundle that it can try.</summary>
    string Bundle { get; }

    /// <summary>
    /// Tries a candidate. It must change nothing at the counterparty. A throw counts as <see cref="ProbeResult.Unknown"/>.
    /// </summary>
    ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct);
}

/// <summary>What a counterparty made of a credential.</summary>
public enum ProbeResult
{
    /// <summary>It could not be asked, or gave no clear answer.</summary>
    Unknown,

    /// <summary>It accepted the credential.</summary>
    Accepted,

    /// <summary>It rejected the credential, in its own form.</summary>
    Rejected,
}
