namespace Strongroom.Bundles;

/// <summary>
/// What the counterparty said of the credential. Each word counts by when its request was sent, and the latest one is valid.
/// Every method decides under the lock and gives the status after it; what follows from a decision is done by the caller, without
/// the lock.
/// </summary>
internal sealed partial class CachedBundle
{
    /// <summary>
    /// A counterparty that accepts a credential and rejects it again and again is asked no more often, nor is the backend.
    /// </summary>
    private static readonly TimeSpan s_acceptedRest = TimeSpan.FromSeconds(1);

    /// <summary>The counterparty rejected a version that was read at a moment.</summary>
    /// <param name="version">What was rejected.</param>
    /// <param name="readAt">When the one who reports had read it.</param>
    /// <param name="isCertain">False for an answer that may mean something else: it begins rechecks and settles nothing.</param>
    internal RejectionDecision Suspect(VersionIdentity version, ClockReading readAt, bool isCertain)
    {
        lock (_gate)
        {
            if (_status.Held is { } held && held.VersionIdentity != version)
                return new RejectionDecision(RejectionStep.Superseded, _status);
            if (_status.PendingRejection is not { } known || known.VersionIdentity != version)
                return new RejectionDecision(RejectionStep.Raises, Raise(version, readAt));
            var step =
                isCertain && known.ConfirmedAt is { } confirmed && confirmed.IsBefore(readAt) ? RejectionStep.Trips
                : (isCertain ? IsRecheckDue(known) : MayRecheck(known)) ? RejectionStep.RechecksAgain
                : RejectionStep.Joins;
            known = known.With(readAt);
            if (step == RejectionStep.RechecksAgain && clocks.Now is var now)
                known = new PendingRejection(version, now, now, known.NewestReadAt);
            return new RejectionDecision(
                step,
                ReferenceEquals(known, _status.PendingRejection) ? _status : Change(_status with { PendingRejection = known })
            );
        }
    }

    /// <summary>Begins a recheck that the caller has to carry out; false where none is due.</summary>
    internal bool TryBeginRecheck(out BundleStatus status)
    {
        lock (_gate)
        {
            var known = _status.PendingRejection;
            var isDue = known is not null && IsRecheckDue(known);
            status = isDue
                ? Change(
                    _status with
                    {
                        PendingRejection = new PendingRejection(
                            known!.VersionIdentity,
                            known.RejectedAt,
                            clocks.Now,
                            known.NewestReadAt
                        ),
                    }
                )
                : _status;
            return isDue;
        }
    }

    /// <summary>
    /// The backend confirmed the version of this very recheck, and its counterparty could not be asked. A rejection of what is
    /// read from now on is final.
    /// </summary>
    internal BundleStatus ConfirmRejection(PendingRejection expected)
    {
        lock (_gate)
        {
            return _status.PendingRejection is { } known && known.IsSameAs(expected)
                ? Change(_status with { PendingRejection = known with { ConfirmedAt = clocks.Now } })
                : _status;
        }
    }

    /// <summary>
    /// The counterparty accepted what was sent at a moment, which settles this very recheck, unless it rejected what was sent
    /// later. One that was raised meanwhile stays.
    /// </summary>
    internal BundleStatus Settle(PendingRejection expected, ClockReading acceptedAt)
    {
        lock (_gate)
            return Change(Settled(_status, expected, acceptedAt));
    }

    /// <summary>
    /// The backend and the counterparty found the credential good since a moment: settles what was reported before that. Decided
    /// again under the lock, since a later probe may have found it rejected.
    /// </summary>
    internal BundleStatus SettleProven(ClockReading since, bool hasProbe)
    {
        lock (_gate)
        {
            if (_status.PendingRejection is not { } rejection || !_status.IsGoodSince(since, hasProbe))
                return _status;
            var provenAt = hasProbe ? _status.Proven!.AskedAt : since;
            return rejection.RejectedAt.IsBefore(provenAt) ? Change(Settled(_status, rejection, provenAt)) : _status;
        }
    }

    /// <summary>The counterparty accepted what was read at a moment, so its request was sent after that. Allocates nothing where
    /// that is no news.</summary>
    internal BundleStatus Accept(VersionIdentity version, ClockReading readAt)
    {
        lock (_gate)
        {
            var status = _status;
            // A report that comes late does not hide that a newer version was accepted.
            if (
                status.Accepted is not { } accepted
                || (accepted != version && status.AgeRankOf(version) > status.AgeRankOf(accepted))
            )
                status = status with { Accepted = version };
            // Sent before the rejection was confirmed, it says nothing about what came after.
            if (
                status.PendingRejection is { ConfirmedAt: { } confirmed } rejection
                && rejection.VersionIdentity == version
                && confirmed.IsBefore(readAt)
            )
                status = Settled(status, rejection, readAt);
            return Change(status);
        }
    }

    /// <summary>What a probe found that was sent at a moment; of several the one that was sent last counts.</summary>
    internal BundleStatus RecordProbe(VersionIdentity version, ClockReading askedAt, bool isAccepted)
    {
        lock (_gate)
        {
            return _status.Proven is { } proven && !proven.AskedAt.IsBefore(askedAt)
                ? _status
                : Change(_status with { Proven = new ProbeProof(version, askedAt, isAccepted) });
        }
    }

    private static BundleStatus Settled(BundleStatus status, PendingRejection expected, ClockReading acceptedAt) =>
        status.PendingRejection is { } known && known.IsSameAs(expected) && !acceptedAt.IsBefore(known.NewestReadAt)
            ? status with
            {
                PendingRejection = null,
                LastSettled = known,
            }
            : status;

    private BundleStatus Raise(VersionIdentity version, ClockReading readAt)
    {
        var now = clocks.Now;
        var rejection = new PendingRejection(version, now, now, readAt);
        if (
            _status.LastSettled is { } settled
            && settled.VersionIdentity == version
            && clocks.Elapsed(settled.BegunAt) < s_acceptedRest
        )
            rejection = (rejection with { BegunAt = settled.BegunAt, Rest = s_acceptedRest }).CompleteRecheck(
                RejectionOutcome.Suspect
            );
        return Change(_status with { PendingRejection = rejection });
    }

    private bool IsRecheckDue(PendingRejection rejection) => rejection.ConfirmedAt is null && MayRecheck(rejection);

    private bool MayRecheck(PendingRejection rejection) =>
        rejection.Recheck.IsCompleted && clocks.Elapsed(rejection.BegunAt) >= rejection.Rest;
}
