using Strongroom.Caching;

namespace Strongroom;

/// <summary>A generation that its counterparty rejected, and the one recheck that all reports of it share.</summary>
internal sealed class Suspicion(Generation generation, Task<RejectionOutcome> recheck)
{
    private readonly Lock _gate = new();
    private Moment? _confirmedAt;
    private Moment _newestReadAt;

    internal Generation Generation { get; } = generation;

    internal Task<RejectionOutcome> Recheck { get; } = recheck;

    /// <summary>When it was known that the backend confirms this very generation; null while it could not be confirmed.</summary>
    internal Moment? ConfirmedAt
    {
        get
        {
            lock (_gate)
                return _confirmedAt;
        }
        set
        {
            lock (_gate)
                _confirmedAt = value;
        }
    }

    /// <summary>When the counterparty's rejection was reported; a recheck of it changes nothing of that.</summary>
    internal Moment RejectedAt { get; init; }

    /// <summary>When the last recheck was begun.</summary>
    internal Moment BegunAt { get; init; }

    /// <summary>How long after that the next one may begin.</summary>
    internal TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When the newest that was rejected had been read.</summary>
    internal Moment NewestReadAt
    {
        get
        {
            lock (_gate)
                return _newestReadAt;
        }
    }

    /// <summary>Another rejection of what was read at a moment.</summary>
    internal void NoteRejected(Moment readAt)
    {
        lock (_gate)
            _newestReadAt = _newestReadAt.IsBefore(readAt) ? readAt : _newestReadAt;
    }

    /// <summary>True where a request was rejected that was certainly sent after that moment.</summary>
    internal bool IsNewerThan(Moment moment) => moment.IsBefore(NewestReadAt);
}
