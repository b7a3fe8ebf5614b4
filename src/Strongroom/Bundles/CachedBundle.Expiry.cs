namespace Strongroom.Bundles;

/// <summary>
/// When the value expires. Several deadlines apply, and the earliest one counts everywhere: for reads, for the budget that is
/// left, for the permission of new work, and for the watch that takes the value away.
/// </summary>
/// <remarks>
/// A wall clock that runs ahead of the others was set, or the machine was paused from outside; the two look the same. So nothing
/// is served that would be over by it, and nothing irreversible follows from it alone: a fresh read decides. It confirms the
/// value, or it fails and the wall clock is believed.
/// </remarks>
internal sealed partial class CachedBundle
{
    private const int Over = int.MaxValue;

    private TaskCompletionSource<FetchOutcome>? _freshRead;

    /// <summary>How long until the value is gone by whichever end; zero where none is served. A mark that only the wall clock has
    /// passed does not show before a fresh read has decided.</summary>
    internal TimeSpan BudgetLeft => BudgetLeftOf(_status);

    internal TimeSpan BudgetLeftOf(BundleStatus status)
    {
        if (status.Current is null)
            return TimeSpan.Zero;
        var left = ExpiryOf(status, byWall: !NeedsFreshRead(status)).Left;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>How long it lasts at worst, the wall clock believed: for what can be taken back at any time.</summary>
    internal TimeSpan LeftAtWorst(BundleStatus status) =>
        status.Current is null ? TimeSpan.Zero : ExpiryOf(status, byWall: true).Left;

    /// <summary>Takes away what has ended, and out of readers' sight what the wall clock alone calls over.</summary>
    internal BundleInspection Look()
    {
        lock (_gate)
        {
            var status = _status;
            var over = Array.FindAll(status.Retired, old => IsOver(ExpiryOf(old, status.Loss, byWall: true)));
            if (over.Length > 0)
                status = status with { Retired = [.. status.Retired.Except(over)] };
            var (lost, needsFreshRead) = (default(SecretErrorCode?), false);
            if (status.Held is { } held)
            {
                var (certain, byWall) = (ExpiryOf(status, byWall: false), ExpiryOf(status, byWall: true));
                needsFreshRead = !IsOver(certain) && _freshRead is null && NeedsFreshRead(status);
                if (needsFreshRead)
                    (_freshRead, _lastAttempt) = (NewFetch(), clocks.Now);
                if (IsOver(certain))
                    lost = certain.Cause;
                else if (IsOver(byWall) && _freshRead is null)
                    lost = byWall.Cause;
                else if (IsOver(byWall))
                    status = Hold(status, held);
                if (lost is not null)
                    (status, over) = (Dropped(status), [.. over, held]);
            }
            Change(status);
            Array.ForEach(over, old => old.Expire());
            return new BundleInspection(lost, needsFreshRead, _status);
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
            if (outcome.Error is not null && _status.Held is { } held)
            {
                var byWall = ExpiryOf(_status, byWall: true);
                if (IsOver(byWall))
                {
                    lost = byWall.Cause;
                    Change(Dropped(_status));
                    held.Expire();
                }
                else
                {
                    Change(Hold(_status with { Believed = MarkOf(byWall) }, held));
                }
            }
        }
        waiting?.TrySetResult(outcome);
        return lost;
    }

    /// <summary>Under the lock: a status with this as its value, served unless it is over by the wall clock.</summary>
    private BundleStatus Hold(BundleStatus status, BundleSnapshot snapshot)
    {
        var isParked = IsOver(ExpiryOf(snapshot, status.Loss, byWall: true));
        if (isParked || _status.IsParked)
            snapshot.SetParked(isParked);
        return status with
        {
            Held = snapshot,
            IsParked = isParked,
            Believed = snapshot.ValidatedAt == status.Held?.ValidatedAt ? status.Believed : 0,
        };
    }

    private static BundleStatus Dropped(BundleStatus status) => status with { Held = null, IsParked = false, Believed = 0 };

    private bool NeedsFreshRead(BundleStatus status)
    {
        var byWall = MarkOf(ExpiryOf(status, byWall: true));
        return byWall > status.Believed && byWall > MarkOf(ExpiryOf(status, byWall: false));
    }

    private BundleExpiry ExpiryOf(BundleStatus status, bool byWall) => ExpiryOf(status.Held!, status.Loss, byWall);

    private BundleExpiry ExpiryOf(BundleSnapshot snapshot, LossProof? loss, bool byWall)
    {
        var end = new BundleExpiry(settings.Ttl - Past(snapshot.ValidatedAt, byWall), SecretErrorCode.Expired);
        if (loss is { ConfirmedAt: { } confirmed })
            end = end.OrEarlier(new BundleExpiry(settings.DeniedGrace - Past(confirmed, byWall), loss.Code));
        if (settings.AllExpire is { } all)
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
