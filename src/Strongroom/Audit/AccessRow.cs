namespace Strongroom.Audit;

/// <summary>
/// One line of the audit: who did what with which secret, how it ended, where the answer came from. Never a value.
/// Identified for ever by (<see cref="Instance"/>, <see cref="Boot"/>, <see cref="Sequence"/>), which makes shipping it twice
/// harmless.
/// </summary>
public sealed record AccessRow
{
    /// <summary>The instance of the service, such as <c>execution_gateway-1</c>.</summary>
    public required string Instance { get; init; }

    /// <summary>One life of that instance's journal.</summary>
    public required Guid Boot { get; init; }

    /// <summary>Counts from 1 within the boot, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>The service's id.</summary>
    public required string Service { get; init; }

    /// <summary>
    /// Who ran the instance. A store keeps it in the instance's own row (<see cref="InstanceRow"/>) and not in each; empty where
    /// that is missing.
    /// </summary>
    public string Actor { get; init; } = "";

    /// <summary>When it happened; for folded cache hits, when the first one may have (the end of the previous fold).</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When it happened; for folded cache hits, when the fold was made.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>How many accesses the row stands for: 1, or the number of folded hits or equal failures.</summary>
    public required long AccessCount { get; init; }

    /// <summary>What was done.</summary>
    public required AccessOperation Operation { get; init; }

    /// <summary>How it ended.</summary>
    public required AccessOutcome Outcome { get; init; }

    /// <summary>Where the answer came from.</summary>
    public required AccessSource Source { get; init; }

    /// <summary>The secret's name, or what else the operation is about; empty where it is about none.</summary>
    public required string Name { get; init; }

    /// <summary>The version that was given, written or refused; empty where there is none.</summary>
    public string Version { get; init; } = "";

    /// <summary>The backend that was asked; empty where none was.</summary>
    public string Backend { get; init; } = "";

    /// <summary>The backend's own id of the exchange.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>How long the backend took, where one was asked.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What went wrong.</summary>
    public SecretErrorCode? Error { get; init; }
}

/// <summary>What was done. Numbers are stored: never reuse one.</summary>
public enum AccessOperation
{
    /// <summary>A caller read a secret.</summary>
    Get = 1,

    /// <summary>The backend was asked because a caller waited.</summary>
    Fetch = 2,

    /// <summary>The backend was asked in the background.</summary>
    Refresh = 3,

    /// <summary>A value was written.</summary>
    Write = 4,

    /// <summary>Names were listed.</summary>
    List = 5,

    /// <summary>Versions were listed.</summary>
    History = 6,

    /// <summary>A secret was deleted.</summary>
    Delete = 7,

    /// <summary>A secret or an older version was brought back.</summary>
    Restore = 8,

    /// <summary>A pending version became current.</summary>
    Promote = 9,

    /// <summary>The backend was asked because a counterparty rejected the credential.</summary>
    Recheck = 10,

    /// <summary>The backend was asked only to see whether it answers.</summary>
    Probe = 11,

    /// <summary>The configuration provider showed a secret to the framework.</summary>
    Configure = 12,

    /// <summary>A counterparty rejected a credential.</summary>
    Reject = 20,

    /// <summary>The credential breaker tripped.</summary>
    Trip = 21,

    /// <summary>A trip of the credential breaker was cleared by an operator.</summary>
    Clear = 22,

    /// <summary>The guardrail was opened by break-glass.</summary>
    BreakGlass = 23,

    /// <summary>A journal began.</summary>
    Open = 30,

    /// <summary>A journal ended in order.</summary>
    Close = 31,

    /// <summary>
    /// Rows are missing. <see cref="AccessOutcome.Refused"/>: accesses were refused because the journal could not take them;
    /// <see cref="AccessOutcome.Success"/>: they were not, and are unrecorded; <see cref="AccessOutcome.Failed"/>: rows were
    /// lost, and the name says which. The row says how many and from when to when.
    /// </summary>
    Gap = 32,
}

/// <summary>How an access ended. Numbers are stored: never reuse one.</summary>
public enum AccessOutcome
{
    /// <summary>It was done.</summary>
    Success = 1,

    /// <summary>There is no such secret.</summary>
    NotFound = 2,

    /// <summary>The backend refused.</summary>
    Denied = 3,

    /// <summary>The backend could not answer.</summary>
    Unavailable = 4,

    /// <summary>Strongroom refused.</summary>
    Refused = 5,

    /// <summary>Anything else.</summary>
    Failed = 6,

    /// <summary>
    /// It was begun, and nobody knows whether it was done: the process or the connection died before the answer.
    /// </summary>
    Unknown = 7,
}

/// <summary>Where an answer came from. Numbers are stored: never reuse one.</summary>
public enum AccessSource
{
    /// <summary>There was no answer.</summary>
    None = 0,

    /// <summary>The backend, in this call.</summary>
    Backend = 1,

    /// <summary>Memory, confirmed by the last fetch.</summary>
    Cache = 2,

    /// <summary>Memory, while the last fetch failed.</summary>
    Stale = 3,

    /// <summary>A fetch that another caller had begun.</summary>
    Joined = 4,
}
