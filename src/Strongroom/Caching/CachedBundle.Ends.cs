namespace Strongroom.Caching;

/// <summary>
/// When the value is gone. It has several ends, and the first counts for everybody: who serves it, who asks how long it lasts,
/// whether new work is permitted, and the watch that takes it away.
/// </summary>
/// <remarks>
/// A wall clock that runs ahead of the others was set, or the machine was paused from outside; nobody can tell which. So nothing
/// is served that would be over by it, and nothing irreversible follows from it alone: a fresh read decides. It confirms the
/// value, or it fails and the wall clock is believed.
/// </remarks>
internal sealed partial class CachedBundle
{
    private const int Over = int.MaxValue;

    private readonly List<BundleSnapshot> _retired = [];

    /// <summary>What is over by the wall clock alone: not served, and not ended until a fresh read has decided.</summary>
    private BundleSnapshot? _parked;

    private TaskCompletionSource<FetchOutcome>? _freshRead;

    /// <summary>Up to which mark the wall clock is believed, since a fresh read failed.</summary>
    private int _believed;

    /// <summary>True while it is over by the wall clock, and nothing else says so yet.</summary>
    internal bool IsParked
    {
        get
        {
            lock (_gate)
                return _parked is not null;
        }
    }

    /// <summary>How long until the value is gone by whichever end; zero where none is served. A mark that only the wall clock has
    /// passed does not show before a fresh read has decided.</summary>
    internal TimeSpan BudgetLeft
    {
        get
        {
            lock (_gate)
            {
                if (_current is not { } current)
                    return TimeSpan.Zero;
                var left = NeedsFreshRead(current) ? EndOf(current, byWall: false).Left : EndOf(current, byWall: true).Left;
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>How long it lasts at worst, the wall clock believed: for what can be taken back at any time.</summary>
    internal TimeSpan LeftAtWorst
    {
        get
        {
            lock (_gate)
                return _current is { } current ? EndOf(current, byWall: true).Left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes away what has ended, and out of readers' sight what the wall clock alone calls over.</summary>
    internal BundleInspection Look()
    {
        lock (_gate)
        {
            _retired.RemoveAll(old =>
            {
                var isOver = IsOver(EndOf(old, byWall: true));
                if (isOver)
                    old.End();
                return isOver;
            });
            if ((_current ?? _parked) is not { } held)
                return default;
            if (EndOf(held, byWall: false) is var certain && IsOver(certain))
                return new BundleInspection(Drop(certain.Cause), false);
            var isOverByWall = IsOver(EndOf(held, byWall: true));
            var needsFreshRead = _freshRead is null && NeedsFreshRead(held);
            if (needsFreshRead)
                (_freshRead, _lastAttempt) = (NewFetch(), clocks.Now);
            if (isOverByWall && _freshRead is null)
                return new BundleInspection(Drop(EndOf(held, byWall: true).Cause), false);
            if (isOverByWall)
                Park(held);
            return new BundleInspection(null, needsFreshRead);
        }
    }

    /// <summary>
    /// The fresh read is done: where it failed, the wall clock is believed. Says what was lost by that, or null.
    /// </summary>
    internal SecretErrorCode? CompleteFreshRead(FetchOutcome outcome)
    {
        TaskCompletionSource<FetchOutcome>? waiting;
        SecretErrorCode? lost = null;
        lock (_gate)
        {
            (waiting, _freshRead) = (_freshRead, null);
            SetNextAttempt(outcome);
            if (outcome.Error is not null && (_current ?? _parked) is { } held)
            {
                _believed = MarkOf(EndOf(held, byWall: true));
                if (_believed == Over)
                    lost = Drop(EndOf(held, byWall: true).Cause);
                else
                    Hold(held);
            }
        }
        waiting?.TrySetResult(outcome);
        return lost;
    }

    /// <summary>Under the gate: from now on this is the value, served unless it is over by the wall clock.</summary>
    private BundleSnapshot Hold(BundleSnapshot snapshot)
    {
        if (snapshot.ValidatedAt != (_current ?? _parked)?.ValidatedAt)
            _believed = 0;
        if (IsOver(EndOf(snapshot, byWall: true)))
        {
            Park(snapshot);
            return snapshot;
        }
        if (_parked is not null)
            snapshot.SetParked(false);
        _parked = null;
        return _current = snapshot;
    }

    private void Park(BundleSnapshot snapshot)
    {
        snapshot.SetParked(true);
        (_current, _parked) = (null, snapshot);
    }

    private void Retire(BundleSnapshot old)
    {
        // No new read takes it, and its counters are wanted for the next.
        old.Counters = null;
        // What was parked is doubtful, and the fresh read brought another: nobody needs it any more.
        if (_parked is null)
            _retired.Add(old);
        else
            old.End();
        _parked = null;
    }

    private SecretErrorCode Drop(SecretErrorCode cause)
    {
        (_current ?? _parked)?.End();
        (_current, _parked, _believed) = (null, null, 0);
        return cause;
    }

    private bool NeedsFreshRead(BundleSnapshot held)
    {
        var byWall = MarkOf(EndOf(held, byWall: true));
        return byWall > _believed && byWall > MarkOf(EndOf(held, byWall: false));
    }

    private BundleExpiry EndOf(BundleSnapshot snapshot, bool byWall)
    {
        var end = new BundleExpiry(settings.Ttl - Past(snapshot.ValidatedAt, byWall), SecretErrorCode.Expired);
        if (_loss is { ConfirmedAt: { } confirmed } loss)
            end = end.OrEarlier(new BundleExpiry(settings.DeniedGrace - Past(confirmed, byWall), loss.Code));
        if (settings.AllEnd is { } all)
            end = end.OrEarlier(new BundleExpiry(all.Left, SecretErrorCode.Expired));
        return end;
    }

    private TimeSpan Past(ClockReading moment, bool byWall) => byWall ? clocks.Since(moment) : clocks.Elapsed(moment);

    /// <summary>
    /// An age ends one tick early, so that between two looks nothing is served past it; a grace is ours to give to its last
    /// second.
    /// </summary>
    private bool IsOver(BundleExpiry end) => end.Left <= (end.Cause == SecretErrorCode.Expired ? settings.Tick : TimeSpan.Zero);

    private int MarkOf(BundleExpiry end) => IsOver(end) ? Over : settings.MarksPassed(end.Left);
}
