using Strongroom.Caching;

namespace Strongroom;

/// <summary>A version that its counterparty rejected, and the one recheck that all reports of it share.</summary>
internal sealed class PendingRejection(VersionIdentity version, Task<RejectionOutcome> recheck)
{
    private readonly Lock _gate = new();
    private ClockReading? _confirmedAt;
    private ClockReading _newestReadAt;
    private bool _hasEnded;

    internal VersionIdentity VersionIdentity { get; } = version;

    internal Task<RejectionOutcome> Recheck { get; } = recheck;

    /// <summary>When it was known that the backend confirms this very version; null while it could not be confirmed.</summary>
    internal ClockReading? ConfirmedAt
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
    internal ClockReading RejectedAt { get; init; }

    /// <summary>When the last recheck was begun.</summary>
    internal ClockReading BegunAt { get; init; }

    /// <summary>How long after that the next one may begin.</summary>
    internal TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When the newest that was rejected had been read.</summary>
    internal ClockReading NewestReadAt
    {
        get
        {
            lock (_gate)
                return _newestReadAt;
        }
    }

    /// <summary>
    /// Another rejection of what was read at a moment. False where the suspicion has ended, so that it begins another.
    /// </summary>
    internal bool NoteRejected(ClockReading readAt)
    {
        lock (_gate)
        {
            if (_hasEnded)
                return false;
            _newestReadAt = _newestReadAt.IsBefore(readAt) ? readAt : _newestReadAt;
            return true;
        }
    }

    /// <summary>
    /// Ends it, since a request that was sent at a moment was accepted. False where one was rejected that was certainly sent
    /// after that. Each rejection is noted before the end and counts against it, or is told that it came after.
    /// </summary>
    internal bool TryEnd(ClockReading acceptedAt)
    {
        lock (_gate)
            return _hasEnded |= !acceptedAt.IsBefore(_newestReadAt);
    }
}
