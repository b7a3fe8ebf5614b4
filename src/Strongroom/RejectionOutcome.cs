namespace Strongroom;

/// <summary>What became of a credential that its counterparty rejected.</summary>
public enum RejectionOutcome
{
    /// <summary>The cache holds a newer version already: read again and try once more.</summary>
    Superseded,

    /// <summary>A newer version was fetched and works: read again and try once more.</summary>
    Adopted,

    /// <summary>Not yet confirmed good or bad. For a bundle declared <c>halt</c>, no new work is permitted.</summary>
    Suspect,

    /// <summary>The current version is rejected for good; the credential breaker has tripped.</summary>
    Tripped,
}
