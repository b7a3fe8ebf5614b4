using Strongroom.Audit;
using Strongroom.Bundles;

namespace Strongroom.Tests.Caching;

internal enum BundleStep
{
    Report,
    ReportInDoubt,
    BeginRecheck,
    ConfirmRejection,
    Settle,
    SettleProven,
    Accept,
    Probe,
    Adopt,
    Confirm,
    Deny,
    Look,
    Expire,
}

/// <summary>One call of one thread: what it said, when, and what was decided.</summary>
internal sealed record BundleCall(BundleStep Step, long Now, long Began, VersionIdentity VersionIdentity, ClockReading At)
{
    public long Ended { get; set; }

    public PendingRejection? Expected { get; init; }

    public bool Flag { get; init; }

    /// <summary>
    /// A decision beside the status: a step of a rejection, whether an answer is held, whether a value was lost.
    /// </summary>
    public int Decision { get; set; }

    public BundleStatus After { get; set; } = null!;
}

/// <summary>The rules of a bundle's state once more, for one thread and in as few words as possible.</summary>
internal sealed class BundleStateModel(TimeSpan ttl, TimeSpan grace, Func<PendingRejection, BundleCall, bool?> isRechecked)
{
    private List<(VersionIdentity VersionIdentity, long ValidatedAt)> _retired = [];
    private (VersionIdentity VersionIdentity, ClockReading ValidatedAt)? _held;
    private long _newestAnswer;
    private bool _isStale;
    private bool _isExpired;
    private ClockReading? _denied;
    private PendingRejection? _rejection;
    private PendingRejection? _settled;
    private VersionIdentity? _accepted;
    private (VersionIdentity VersionIdentity, ClockReading AskedAt, bool IsAccepted)? _proven;

    public BundleStateModel Copy()
    {
        var copy = (BundleStateModel)MemberwiseClone();
        copy._retired = [.. _retired];
        return copy;
    }

    /// <summary>True where the call decides this now. A model that said no is to be thrown away.</summary>
    public bool Takes(BundleCall call)
    {
        var actual = call.After;
        switch (call.Step)
        {
            case BundleStep.Report or BundleStep.ReportInDoubt:
                return (RejectionStep)call.Decision is var step && TakesReport(call, step);
            case BundleStep.BeginRecheck:
                var mayBegin = _rejection is { ConfirmedAt: null } ? MayRecheck(call) : false;
                if (call.Decision == 0)
                    return mayBegin != true;
                var begun = actual.PendingRejection!;
                if (mayBegin == false || begun.IsSameAs(_rejection!) || begun.RejectedAt != _rejection!.RejectedAt)
                    return false;
                return IsNow(begun.BegunAt, call) && Become(begun, _rejection.VersionIdentity, _rejection.NewestReadAt);
            case BundleStep.ConfirmRejection:
                if (_rejection?.IsSameAs(call.Expected!) == true)
                    _rejection =
                        actual.PendingRejection is { ConfirmedAt: { } at } && IsNow(at, call)
                            ? _rejection with
                            {
                                ConfirmedAt = at,
                            }
                            : null;
                return true;
            case BundleStep.Settle:
                if (_rejection?.IsSameAs(call.Expected!) == true)
                    End(call.At);
                return true;
            case BundleStep.SettleProven:
                var proven =
                    _proven is { IsAccepted: true } one
                    && one.VersionIdentity == _held?.VersionIdentity
                    && one.AskedAt.Order >= call.At.Order;
                if (
                    _held?.ValidatedAt.Order >= call.At.Order
                    && (proven || !call.Flag)
                    && (call.Flag ? _proven!.Value.AskedAt : call.At) is var settledAt
                    && _rejection?.RejectedAt.Order < settledAt.Order
                )
                    End(settledAt);
                return true;
            case BundleStep.Accept:
                if (
                    _accepted is not { } accepted
                    || (accepted != call.VersionIdentity && Age(call.VersionIdentity) > Age(accepted))
                )
                    _accepted = call.VersionIdentity;
                if (_rejection?.VersionIdentity == call.VersionIdentity && _rejection.ConfirmedAt?.Order < call.At.Order)
                    End(call.At);
                return true;
            case BundleStep.Probe:
                if (_proven is null || _proven.Value.AskedAt.Order < call.At.Order)
                    _proven = (call.VersionIdentity, call.At, call.Flag);
                return true;
            case BundleStep.Adopt:
                if (_isExpired || call.At.Order < _newestAnswer)
                    return call.Decision == 0;
                if (_held is { } old)
                    _retired.Add((old.VersionIdentity, old.ValidatedAt.Timestamp));
                _rejection = _rejection?.VersionIdentity == call.VersionIdentity ? _rejection : null;
                (_held, _newestAnswer, _denied) = ((call.VersionIdentity, call.At), call.At.Order, null);
                _isStale = false;
                return call.Decision == 1;
            case BundleStep.Confirm:
                if (_held?.VersionIdentity != call.VersionIdentity)
                    return call.Decision == 0;
                if (call.At.Order < _newestAnswer)
                    return call.Decision == 1;
                (_held, _newestAnswer, _denied) = ((call.VersionIdentity, call.At), call.At.Order, null);
                _isStale = false;
                return call.Decision == 1;
            case BundleStep.Deny:
                if (_isExpired || call.At.Order < _newestAnswer)
                    return true;
                (_newestAnswer, _isStale) = (call.At.Order, true);
                _denied ??= actual.Loss?.ConfirmedAt is { } deniedAt && IsNow(deniedAt, call) ? deniedAt : null;
                return _denied is not null;
            case BundleStep.Expire:
                (_held, _isExpired) = (null, true);
                _retired.Clear();
                return true;
            default:
                _retired.RemoveAll(one => IsOver(one.ValidatedAt, call.Now));
                var isLost = _held is { } held && IsOver(held.ValidatedAt.Timestamp, call.Now);
                _held = isLost ? null : _held;
                return call.Decision == (isLost ? 1 : 0);
        }
    }

    /// <summary>What differs from a status; null where nothing does.</summary>
    public string? DifferenceTo(BundleStatus status) =>
        _held?.VersionIdentity != status.Held?.VersionIdentity || _held?.ValidatedAt != status.Held?.ValidatedAt ? "what is held"
        : status.IsParked || status.Current != status.Held ? "what is parked"
        : _newestAnswer != status.NewestAnswer.Order ? "the newest answer"
        : _denied != status.Loss?.ConfirmedAt ? "the loss"
        : _isStale != (status.LastError is not null) ? "the last error"
        : _held is not null && _isStale != (status.Held!.Source == AccessSource.Stale) ? "whether it is stale"
        : !IsSame(_rejection, status.PendingRejection) ? "the rejection"
        : !IsSame(_settled, status.LastSettled) ? "the rejection settled last"
        : _accepted != status.Accepted ? "the accepted version"
        : (_proven?.VersionIdentity, _proven?.AskedAt, _proven?.IsAccepted)
        != (status.Proven?.VersionIdentity, status.Proven?.AskedAt, status.Proven?.IsAccepted)
            ? "the probe"
        : !_retired.Select(one => one.VersionIdentity).SequenceEqual(status.Retired.Select(one => one.VersionIdentity))
            ? "the retired versions"
        : null;

    private bool TakesReport(BundleCall call, RejectionStep step)
    {
        if (_held is { } held && held.VersionIdentity != call.VersionIdentity)
            return step == RejectionStep.Superseded;
        var isCertain = call.Step == BundleStep.Report;
        if (_rejection?.VersionIdentity != call.VersionIdentity)
            return step == RejectionStep.Raises && Raise(call, call.After.PendingRejection!);
        if (_rejection.NewestReadAt.Order < call.At.Order)
            _rejection = _rejection with { NewestReadAt = call.At };
        if (isCertain && _rejection.ConfirmedAt?.Order < call.At.Order)
            return step == RejectionStep.Trips;
        var mayBegin = isCertain && _rejection.ConfirmedAt is not null ? false : MayRecheck(call);
        if (step == RejectionStep.Joins)
            return mayBegin != true;
        var begun = call.After.PendingRejection!;
        return step == RejectionStep.RechecksAgain
            && mayBegin != false
            && !begun.IsSameAs(_rejection)
            && IsNow(begun.RejectedAt, call)
            && IsNow(begun.BegunAt, call)
            && Become(begun, call.VersionIdentity, _rejection.NewestReadAt);
    }

    private bool Raise(BundleCall call, PendingRejection begun)
    {
        var rests =
            _settled?.VersionIdentity == call.VersionIdentity && call.Now - _settled.BegunAt.Timestamp < TimeSpan.TicksPerSecond;
        return IsNow(begun.RejectedAt, call)
            && (rests ? begun.BegunAt == _settled!.BegunAt && begun.Recheck.IsCompleted : IsNow(begun.BegunAt, call))
            && begun.Rest == TimeSpan.FromSeconds(rests ? 1 : 30)
            && Become(begun, call.VersionIdentity, call.At);
    }

    private bool Become(PendingRejection begun, VersionIdentity version, ClockReading newest)
    {
        _rejection = begun;
        return begun.ConfirmedAt is null && begun.VersionIdentity == version && begun.NewestReadAt == newest;
    }

    private void End(ClockReading acceptedAt)
    {
        if (_rejection is { } ends && acceptedAt.Order >= ends.NewestReadAt.Order)
            (_rejection, _settled) = (null, ends);
    }

    /// <summary>Null where the recheck ended just then.</summary>
    private bool? MayRecheck(BundleCall call) =>
        call.Now - _rejection!.BegunAt.Timestamp < _rejection.Rest.Ticks ? false : isRechecked(_rejection, call);

    private int Age(VersionIdentity version) =>
        _held?.VersionIdentity == version ? _retired.Count : _retired.FindLastIndex(one => one.VersionIdentity == version);

    private bool IsOver(long validatedAt, long now)
    {
        var left = ttl.Ticks - (now - validatedAt);
        var graceLeft = _denied is { } denied ? grace.Ticks - (now - denied.Timestamp) : long.MaxValue;
        return graceLeft < left ? graceLeft <= 0 : left <= TimeSpan.TicksPerSecond;
    }

    private static bool IsNow(ClockReading moment, BundleCall call) =>
        moment.Timestamp == call.Now && moment.Order > call.At.Order;

    private static bool IsSame(PendingRejection? one, PendingRejection? other) =>
        one is null ? other is null : other is not null && one == other;
}
