using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Caching;

namespace Strongroom;

/// <summary>
/// Settles what it means that a counterparty rejected a credential. The first report of a generation makes it suspect and begins
/// one forced read, which all reports share. A newer generation is adopted; the same one, confirmed by the backend and rejected
/// again by somebody who read it after that, trips the breaker.
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
    /// <param name="generation">What was rejected.</param>
    /// <param name="readAt">When the one who reports had read it.</param>
    /// <param name="ct">Gives up waiting; the recheck goes on.</param>
    /// <param name="isCertain">False for an answer that may mean something else: it begins rechecks and settles nothing.</param>
    internal async ValueTask<RejectionOutcome> ReportAsync(
        CachedBundle cached,
        Generation generation,
        ClockReading readAt,
        CancellationToken ct,
        bool isCertain = true
    )
    {
        foreach (var secret in cached.Bundle.Secrets)
            trail.RecordOrCount(
                trail.About(AccessOperation.Reject, AccessOutcome.Success, secret.Name) with
                {
                    Version = generation.Id,
                }
            );

        Task<RejectionOutcome> recheck;
        lock (_gate)
        {
            // Under the lock: what is said of an old generation must not take the place of what is suspected of its successor.
            if (cached.Held is { } held && held != generation)
                return RejectionOutcome.Superseded;
            var suspicion = cached.PendingRejection;
            if (suspicion?.Generation == generation && !suspicion.NoteRejected(readAt))
                suspicion = null;
            if (
                isCertain
                && suspicion?.Generation == generation
                && suspicion.ConfirmedAt is { } confirmed
                && confirmed.IsBefore(readAt)
            )
                recheck = TripAsync(
                    cached,
                    generation,
                    "its counterparty rejects it, and the backend confirms that it is the current one"
                );
            else if (suspicion?.Generation == generation && (isCertain ? !IsRecheckDue(suspicion) : !MayRecheck(suspicion)))
                recheck = suspicion.Recheck;
            else if (
                suspicion is null
                && cached.LastAccepted is { } accepted
                && accepted.Generation == generation
                && clocks.Elapsed(accepted.BegunAt) < s_acceptedRest
            )
                recheck = Suspect(
                    cached,
                    new PendingRejection(generation, Task.FromResult(RejectionOutcome.Suspect))
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
                    generation,
                    clocks.Now,
                    suspicion?.Generation == generation ? suspicion.NewestReadAt : readAt
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
                    Begin(cached, suspicion.Generation, suspicion.RejectedAt, suspicion.NewestReadAt);
            }
        }
    }

    private bool IsRecheckDue(PendingRejection suspicion) => suspicion.ConfirmedAt is null && MayRecheck(suspicion);

    private bool MayRecheck(PendingRejection suspicion) =>
        suspicion.Recheck.IsCompleted && clocks.Elapsed(suspicion.BegunAt) >= suspicion.Rest;

    private Task<RejectionOutcome> Begin(CachedBundle cached, Generation generation, ClockReading rejectedAt, ClockReading readAt)
    {
        var settled = new TaskCompletionSource<RejectionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var suspicion = new PendingRejection(generation, settled.Task) { RejectedAt = rejectedAt, BegunAt = clocks.Now };
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
        var isNew = cached.PendingRejection?.Generation != suspicion.Generation;
        suspicion.NoteRejected(readAt);
        cached.Suspect(suspicion);
        // Not at the next tick: no new work may begin once a rejection is known.
        breaker.Evaluate();
        if (isNew)
            Log.Suspected(logger, cached.Bundle.Id, suspicion.Generation.Id);
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
            // Unsettled is the safe end: no new work, and the next tick tries again.
            Log.ProbeFailed(logger, cached.Bundle.Id, e.GetType().Name);
            settled.SetResult(RejectionOutcome.Suspect);
        }
    }

    private async ValueTask<RejectionOutcome> RecheckAsync(CachedBundle cached, PendingRejection suspicion)
    {
        var fetch = fetcher.FetchAsync(cached, ReadPurpose.Rejected, out var joined);
        var outcome = await fetch.ConfigureAwait(false);
        if (joined && cached.Current?.Generation == suspicion.Generation)
        {
            // The one in flight was sent before the rejection came, so it proves nothing about it.
            outcome = await fetcher.FetchAsync(cached, ReadPurpose.Rejected, out _).ConfigureAwait(false);
        }

        if (cached.Held is { } held && held != suspicion.Generation)
        {
            // It was adopted between the report and its suspicion, which nothing else would end.
            cached.Clear(suspicion);
            return RejectionOutcome.Adopted;
        }
        if (outcome.Error is SecretConfigurationException { Code: SecretErrorCode.ValueInvalid })
            return await TripAsync(
                    cached,
                    suspicion.Generation,
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
                return await TripAsync(cached, suspicion.Generation, "its counterparty rejects it, twice").ConfigureAwait(false);
            default:
                suspicion.ConfirmedAt = clocks.Now;
                return RejectionOutcome.Suspect;
        }
    }

    private async Task<RejectionOutcome> TripAsync(CachedBundle cached, Generation generation, string why)
    {
        if (cached.Bundle.OnLoss != LossEffect.Halt)
            return RejectionOutcome.Suspect;
        await breaker
            .TripAsync(
                TripCause.Rejected,
                cached.Bundle.Id,
                generation.Id,
                $"Generation {generation} of '{cached.Bundle.Id}' is unusable: {why}. Put a working credential into the "
                    + "backend, then clear the trip.",
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return RejectionOutcome.Tripped;
    }
}
