namespace Strongroom.Audit;

/// <summary>
/// One row of the audit: who did what with which secret, how it ended and where the result came from. Never contains a value.
/// Uniquely identified by (<see cref="Instance"/>, <see cref="Boot"/>, <see cref="Sequence"/>), so that shipping a row twice is
/// harmless.
/// </summary>
public sealed record AccessRow
{
    /// <summary>The instance of the service, such as <c>execution_gateway-1</c>.</summary>
    public required string Instance { get; init; }

    /// <summary>One run of that instance.</summary>
    public required Guid Boot { get; init; }

    /// <summary>Counts from 1 within the boot, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>The service's id.</summary>
    public required string Service { get; init; }

    /// <summary>
    /// Who ran the instance. A store keeps it once, in the instance's row (<see cref="InstanceRow"/>); empty if that row is
    /// missing.
    /// </summary>
    public string Actor { get; init; } = "";

    /// <summary>
    /// When it happened. For folded cache hits, the earliest possible time of the first one (the end of the previous fold).
    /// </summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When it happened. For folded cache hits, when they were folded.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>The number of accesses that the row represents: 1, or the number of folded hits or equal failures.</summary>
    public required long AccessCount { get; init; }

    /// <summary>What was done.</summary>
    public required AccessOperation Operation { get; init; }

    /// <summary>How it ended.</summary>
    public required AccessOutcome Outcome { get; init; }

    /// <summary>Where the result came from.</summary>
    public required AccessSource Source { get; init; }

    /// <summary>The secret's name, or the other subject of the operation; empty if there is none.</summary>
    public required string Name { get; init; }

    /// <summary>The version that was returned, written or rejected; empty if there is none.</summary>
    public string Version { get; init; } = "";

    /// <summary>The backend involved; empty if there is none.</summary>
    public string Backend { get; init; } = "";

    /// <summary>The backend's id of the request.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>How long the backend took; null if it was not involved.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The cause of a failure; null if there was none.</summary>
    public SecretErrorCode? Error { get; init; }
}

/// <summary>The kind of an access. The numbers are stored: never reuse one.</summary>
public enum AccessOperation
{
    /// <summary>A caller read a secret.</summary>
    Get = 1,

    /// <summary>The backend was read because a caller was waiting.</summary>
    Fetch = 2,

    /// <summary>The backend was read in the background.</summary>
    Refresh = 3,

    /// <summary>A value was written.</summary>
    Write = 4,

    /// <summary>Names were listed.</summary>
    List = 5,

    /// <summary>Versions were listed.</summary>
    History = 6,

    /// <summary>A secret was deleted.</summary>
    Delete = 7,

    /// <summary>A secret or an older version was restored.</summary>
    Restore = 8,

    /// <summary>A pending version became current.</summary>
    Promote = 9,

    /// <summary>The backend was read because a counterparty rejected the credential.</summary>
    Recheck = 10,

    /// <summary>The backend was queried without reading a secret for use: a check, its clock, the login or the policy.</summary>
    Probe = 11,

    /// <summary>The configuration provider published a secret to the framework.</summary>
    Configure = 12,

    /// <summary>A pending value was discarded.</summary>
    Discard = 13,

    /// <summary>A version was destroyed.</summary>
    Destroy = 14,

    /// <summary>A version was marked to be kept, or a note about the secret was written.</summary>
    Annotate = 15,

    /// <summary>A counterparty rejected a credential.</summary>
    Reject = 20,

    /// <summary>The credential breaker tripped.</summary>
    Trip = 21,

    /// <summary>An operator cleared a trip of the credential breaker.</summary>
    Clear = 22,

    /// <summary>Break-glass access was requested.</summary>
    BreakGlass = 23,

    /// <summary>A journal was opened.</summary>
    Open = 30,

    /// <summary>A journal was closed in an orderly way.</summary>
    Close = 31,

    /// <summary>
    /// Rows are missing. <see cref="AccessOutcome.Refused"/>: accesses were refused because the journal was full; <see
    /// cref="AccessOutcome.Success"/>: they were permitted, but are not recorded; <see cref="AccessOutcome.Failed"/>: rows were
    /// lost, and the name says which. The row states how many, and the period.
    /// </summary>
    Gap = 32,
}

/// <summary>The outcome of an access. The numbers are stored: never reuse one.</summary>
public enum AccessOutcome
{
    /// <summary>It succeeded.</summary>
    Success = 1,

    /// <summary>The secret does not exist.</summary>
    NotFound = 2,

    /// <summary>The backend denied access.</summary>
    Denied = 3,

    /// <summary>The backend did not respond.</summary>
    Unavailable = 4,

    /// <summary>Strongroom refused it.</summary>
    Refused = 5,

    /// <summary>Any other failure.</summary>
    Failed = 6,

    /// <summary>It was started and its outcome is unknown: the process or the connection died before the response.</summary>
    Unknown = 7,
}

/// <summary>Where a result came from. The numbers are stored: never reuse one.</summary>
public enum AccessSource
{
    /// <summary>There is no result.</summary>
    None = 0,

    /// <summary>The backend, in this call.</summary>
    Backend = 1,

    /// <summary>Memory, confirmed by the last fetch.</summary>
    Cache = 2,

    /// <summary>Memory, although the last fetch failed.</summary>
    Stale = 3,

    /// <summary>A fetch started by another caller.</summary>
    Joined = 4,
}
