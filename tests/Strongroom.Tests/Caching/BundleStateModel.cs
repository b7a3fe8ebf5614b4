using Strongroom.Bundles;

namespace Strongroom.Tests.Caching;

internal enum BundleStep
{
    Report,
    ReportInDoubt,
    BeginRecheck,
    ConfirmSuspicion,
    Settle,
    SettleProven,
    Accept,
    Probe,
    Adopt,
    Confirm,
    Deny,
    Look,
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
    private ClockReading? _denied;
    private PendingRejection? _suspicion;
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
                var mayBegin = _suspicion is { ConfirmedAt: null } ? MayRecheck(call) : false;
                if (call.Decision == 0)
                    return mayBegin != true;
                var begun = actual.PendingRejection!;
                if (mayBegin == false || begun.IsSameAs(_suspicion!) || begun.RejectedAt != _suspicion!.RejectedAt)
                    return false;
                return IsNow(begun.BegunAt, call) && Become(begun, _suspicion.VersionIdentity, _suspicion.NewestReadAt);
            case BundleStep.ConfirmSuspicion:
                if (_suspicion?.IsSameAs(call.Expected!) == true)
                    _suspicion =
                        actual.PendingRejection is { ConfirmedAt: { } at } && IsNow(at, call)
                            ? _suspicion with
                            {
                                ConfirmedAt = at,
                            }
                            : null;
                return true;
            case BundleStep.Settle:
                if (_suspicion?.IsSameAs(call.Expected!) == true)
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
                    && _suspicion?.RejectedAt.Order < settledAt.Order
                )
                    End(settledAt);
                return true;
            case BundleStep.Accept:
                if (
                    _accepted is not { } accepted
                    || (accepted != call.VersionIdentity && Age(call.VersionIdentity) > Age(accepted))
                )
                    _accepted = call.VersionIdentity;
                if (_suspicion?.VersionIdentity == call.VersionIdentity && _suspicion.ConfirmedAt?.Order < call.At.Order)
                    End(call.At);
                return true;
            case BundleStep.Probe:
                if (_proven is null || _proven.Value.AskedAt.Order < call.At.Order)
                    _proven = (call.VersionIdentity, call.At, call.Flag);
                return true;
            case BundleStep.Adopt:
                if (call.At.Order < _newestAnswer)
                    return call.Decision == 0;
                if (_held is { } old)
                    _retired.Add((old.VersionIdentity, old.ValidatedAt.Timestamp));
                _suspicion = _suspicion?.VersionIdentity == call.VersionIdentity ? _suspicion : null;
                (_held, _newestAnswer, _denied) = ((call.VersionIdentity, call.At), call.At.Order, null);
                return call.Decision == 1;
            case BundleStep.Confirm:
                if (_held?.VersionIdentity != call.VersionIdentity)
                    return call.Decision == 0;
                if (call.At.Order >= _newestAnswer)
                    (_held, _newestAnswer, _denied) = ((call.VersionIdentity, call.At), call.At.Order, null);
                return call.Decision == 1;
            case BundleStep.Deny:
                if (call.At.Order < _newestAnswer)
                    return true;
                _newestAnswer = call.At.Order;
                _denied ??= actual.Loss?.ConfirmedAt is { } deniedAt && IsNow(deniedAt, call) ? deniedAt : null;
                return _denied is not null;
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
        : !IsSame(_suspicion, status.PendingRejection) ? "the suspicion"
        : !IsSame(_settled, status.LastSettled) ? "the suspicion settled last"
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
        if (_suspicion?.VersionIdentity != call.VersionIdentity)
            return step == RejectionStep.Raises && Raise(call, call.After.PendingRejection!);
        if (_suspicion.NewestReadAt.Order < call.At.Order)
            _suspicion = _suspicion with { NewestReadAt = call.At };
        if (isCertain && _suspicion.ConfirmedAt?.Order < call.At.Order)
            return step == RejectionStep.Trips;
        var mayBegin = isCertain && _suspicion.ConfirmedAt is not null ? false : MayRecheck(call);
        if (step == RejectionStep.Joins)
            return mayBegin != true;
        var begun = call.After.PendingRejection!;
        return step == RejectionStep.RechecksAgain
            && mayBegin != false
            && !begun.IsSameAs(_suspicion)
            && IsNow(begun.RejectedAt, call)
            && IsNow(begun.BegunAt, call)
            && Become(begun, call.VersionIdentity, _suspicion.NewestReadAt);
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
        _suspicion = begun;
        return begun.ConfirmedAt is null && begun.VersionIdentity == version && begun.NewestReadAt == newest;
    }

    private void End(ClockReading acceptedAt)
    {
        if (_suspicion is { } ends && acceptedAt.Order >= ends.NewestReadAt.Order)
            (_suspicion, _settled) = (null, ends);
    }

    /// <summary>Null where the recheck ended just then.</summary>
    private bool? MayRecheck(BundleCall call) =>
        call.Now - _suspicion!.BegunAt.Timestamp < _suspicion.Rest.Ticks ? false : isRechecked(_suspicion, call);

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
