using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Caching;
using Strongroom.Journaling;

namespace Strongroom;

/// <summary>
/// Settles what it means that a counterparty rejected a credential. The first report of a version makes it suspect and begins one
/// forced read, which all reports share. A newer version is adopted; the same one, confirmed by the backend and rejected again by
/// somebody who read it after that, trips the breaker.
/// </summary>
internal sealed class RejectionCoordinator(
    BundleFetcher fetcher,
    ElapsedClock clocks,
    CredentialBreaker breaker,
    AuditTrail trail,
    ILogger logger
)
{
    /// <summary>
    /// A counterparty that accepts a credential and rejects it again and again is asked no more often, nor is the backend.
    /// </summary>
    private static readonly TimeSpan s_acceptedRest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    /// <param name="cached">The bundle.</param>
    /// <param name="version">What was rejected.</param>
    /// <param name="readAt">When the one who reports had read it.</param>
    /// <param name="ct">Gives up waiting; the recheck goes on.</param>
    /// <param name="isCertain">False for an answer that may mean something else: it begins rechecks and settles nothing.</param>
    internal async ValueTask<RejectionOutcome> ReportAsync(
        CachedBundle cached,
        VersionIdentity version,
        ClockReading readAt,
        CancellationToken ct,
        bool isCertain = true
    )
    {
        foreach (var secret in cached.Bundle.Secrets)
            trail.RecordOrCount(
                trail.About(AccessOperation.Reject, AccessOutcome.Success, secret.Name) with
                {
                    Version = version.Id,
                }
            );

        Task<RejectionOutcome> recheck;
        lock (_gate)
        {
            // Under the lock: what is said of an old version must not take the place of what is suspected of its successor.
            if (cached.Held is { } held && held != version)
                return RejectionOutcome.Superseded;
            var suspicion = cached.PendingRejection;
            if (suspicion?.VersionIdentity == version && !suspicion.NoteRejected(readAt))
                suspicion = null;
            if (
                isCertain
                && suspicion?.VersionIdentity == version
                && suspicion.ConfirmedAt is { } confirmed
                && confirmed.IsBefore(readAt)
            )
                recheck = TripAsync(
                    cached,
                    version,
                    "its counterparty rejects it, and the backend confirms that it is the current one"
                );
            else if (suspicion?.VersionIdentity == version && (isCertain ? !IsRecheckDue(suspicion) : !MayRecheck(suspicion)))
                recheck = suspicion.Recheck;
            else if (
                suspicion is null
                && cached.LastAccepted is { } accepted
                && accepted.VersionIdentity == version
                && clocks.Elapsed(accepted.BegunAt) < s_acceptedRest
            )
                recheck = Suspect(
                    cached,
                    new PendingRejection(version, Task.FromResult(RejectionOutcome.Suspect))
                    {
                        RejectedAt = clocks.Now,
                        BegunAt = accepted.BegunAt,
                        Rest = s_acceptedRest,
                    },
                    readAt
                );
            else
                recheck = Begin(
                    cached,
                    version,
                    clocks.Now,
                    suspicion?.VersionIdentity == version ? suspicion.NewestReadAt : readAt
                );
        }
        return await recheck.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Called once a tick: while the backend is away, a suspect is looked at again every 30 seconds.</summary>
    internal void RecheckDue(IEnumerable<CachedBundle> cachedBundles)
    {
        lock (_gate)
        {
            foreach (var cached in cachedBundles)
            {
                if (cached.PendingRejection is { } suspicion && IsRecheckDue(suspicion))
                    Begin(cached, suspicion.VersionIdentity, suspicion.RejectedAt, suspicion.NewestReadAt);
            }
        }
    }

    private bool IsRecheckDue(PendingRejection suspicion) => suspicion.ConfirmedAt is null && MayRecheck(suspicion);

    private bool MayRecheck(PendingRejection suspicion) =>
        suspicion.Recheck.IsCompleted && clocks.Elapsed(suspicion.BegunAt) >= suspicion.Rest;

    private Task<RejectionOutcome> Begin(
        CachedBundle cached,
        VersionIdentity version,
        ClockReading rejectedAt,
        ClockReading readAt
    )
    {
        var settled = new TaskCompletionSource<RejectionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var suspicion = new PendingRejection(version, settled.Task) { RejectedAt = rejectedAt, BegunAt = clocks.Now };
        try
        {
            return Suspect(cached, suspicion, readAt);
        }
        finally
        {
            // Whatever became of that: a suspicion whose recheck never begins would never end.
            _ = RecheckAsync(cached, suspicion, settled);
        }
    }

    private Task<RejectionOutcome> Suspect(CachedBundle cached, PendingRejection suspicion, ClockReading readAt)
    {
        var isNew = cached.PendingRejection?.VersionIdentity != suspicion.VersionIdentity;
        suspicion.NoteRejected(readAt);
        cached.Suspect(suspicion);
        // Not at the next tick: no order that opens risk may leave once a rejection is known.
        breaker.Evaluate();
        if (isNew)
            Log.Suspected(logger, cached.Bundle.Id, suspicion.VersionIdentity.Id);
        return suspicion.Recheck;
    }

    private async Task RecheckAsync(
        CachedBundle cached,
        PendingRejection suspicion,
        TaskCompletionSource<RejectionOutcome> settled
    )
    {
        try
        {
            var outcome = await RecheckAsync(cached, suspicion).ConfigureAwait(false);
            if (outcome is not RejectionOutcome.Suspect)
                Log.SuspicionSettled(logger, cached.Bundle.Id, outcome);
            settled.SetResult(outcome);
        }
        catch (Exception e)
        {
            // Unsettled is the safe end: no order that opens risk, and the next tick tries again.
            Log.ProbeFailed(logger, cached.Bundle.Id, e.GetType().Name);
            settled.SetResult(RejectionOutcome.Suspect);
        }
    }

    private async ValueTask<RejectionOutcome> RecheckAsync(CachedBundle cached, PendingRejection suspicion)
    {
        var fetch = fetcher.FetchAsync(cached, ReadPurpose.Rejected, out var joined);
        var outcome = await fetch.ConfigureAwait(false);
        if (joined && cached.Current?.VersionIdentity == suspicion.VersionIdentity)
        {
            // The one in flight was sent before the rejection came, so it proves nothing about it.
            outcome = await fetcher.FetchAsync(cached, ReadPurpose.Rejected, out _).ConfigureAwait(false);
        }

        if (cached.Held is { } held && held != suspicion.VersionIdentity)
        {
            // It was adopted between the report and its suspicion, which nothing else would end.
            cached.Clear(suspicion);
            return RejectionOutcome.Adopted;
        }
        if (outcome.Error is SecretConfigurationException { Code: SecretErrorCode.ValueInvalid })
            return await TripAsync(
                    cached,
                    suspicion.VersionIdentity,
                    "its counterparty rejects it, and the newer one in the backend as well"
                )
                .ConfigureAwait(false);
        if (outcome.Snapshot is null)
            return RejectionOutcome.Suspect;

        var (result, askedAt) = await fetcher.ProbeAsync(cached, outcome.Snapshot.Secrets).ConfigureAwait(false);
        switch (result)
        {
            // What was rejected meanwhile was sent after the probe, and says more than it.
            case ProbeResult.Accepted:
                return cached.TrySettle(suspicion, askedAt) ? RejectionOutcome.Adopted : RejectionOutcome.Suspect;
            case ProbeResult.Rejected:
                return await TripAsync(cached, suspicion.VersionIdentity, "its counterparty rejects it, twice")
                    .ConfigureAwait(false);
            default:
                suspicion.ConfirmedAt = clocks.Now;
                return RejectionOutcome.Suspect;
        }
    }

    private async Task<RejectionOutcome> TripAsync(CachedBundle cached, VersionIdentity version, string why)
    {
        if (cached.Bundle.OnLoss != LossEffect.Halt)
            return RejectionOutcome.Suspect;
        await breaker
            .TripAsync(
                TripCause.Rejected,
                cached.Bundle.Id,
                version.Id,
                $"Version {version} of '{cached.Bundle.Id}' is unusable: {why}. Put a working credential into the backend, "
                    + "then clear the trip.",
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return RejectionOutcome.Tripped;
    }
}
