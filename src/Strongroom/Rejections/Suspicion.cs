using Strongroom.Caching;

namespace Strongroom;

/// <summary>A generation that its counterparty rejected, and the one recheck that all reports of it share.</summary>
internal sealed class Suspicion(SecretVersion generation, Task<RejectionOutcome> recheck)
{
    internal SecretVersion Generation { get; } = generation;

    internal Task<RejectionOutcome> Recheck { get; } = recheck;

    /// <summary>When the recheck was sent that confirmed this very generation; null while it could not be confirmed.</summary>
    internal Moment? ConfirmedAt { get; set; }

    /// <summary>When the counterparty's rejection was reported; a recheck of it changes nothing of that.</summary>
    internal Moment RejectedAt { get; init; }

    /// <summary>When the last recheck was begun.</summary>
    internal Moment BegunAt { get; init; }
}
