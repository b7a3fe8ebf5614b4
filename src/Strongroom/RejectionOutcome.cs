namespace Strongroom;

/// <summary>The outcome of a reported rejection.</summary>
public enum RejectionOutcome
{
    /// <summary>The cache already holds a newer version: read again and retry once.</summary>
    Superseded,

    /// <summary>A newer version was fetched and works: read again and retry once.</summary>
    Adopted,

    /// <summary>Neither confirmed nor refuted yet. For a bundle declared <c>halt</c>, no new work is permitted.</summary>
    Suspect,

    /// <summary>The rejection of the current version is confirmed; the credential breaker has tripped.</summary>
    Tripped,
}
