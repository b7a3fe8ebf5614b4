using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Caching;

namespace Strongroom;

/// <summary>
/// Settles what it means that a counterparty rejected a credential. The first report of a generation makes it suspect and begins one
/// forced read, which all reports share. A newer generation is adopted; the same one, confirmed by the backend and rejected again by
/// somebody who read it after that, trips the breaker.
/// </summary>
internal sealed class RejectionDesk(BundleFetcher fetcher, Clocks clocks, TradingBreaker breaker, AuditTrail trail, ILogger logger)
{
    /// <summary>A counterparty that accepts a credential and rejects it again and again is asked no more often, nor is the backend.</summary>
    private static readonly TimeSpan s_acceptedRest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    /// <param name="cell">The bundle.</param>
    /// <param name="generation">What was rejected.</param>
    /// <param name="readAt">When the one who reports had read it.</param>
    /// <param name="ct">Gives up waiting; the recheck goes on.</param>
    /// <param name="isCertain">False for an answer that may mean something else: it begins rechecks and settles nothing.</param>
    internal async ValueTask<RejectionOutcome> ReportAsync(
        BundleCell cell, Generation generation, Moment readAt, CancellationToken ct, bool isCertain = true)
    {
        foreach (var secret in cell.Bundle.Secrets)
            trail.RecordOrCount(trail.About(AccessOperation.Reject, AccessOutcome.Success, secret.Name) with { Version = generation.Id });

        Task<RejectionOutcome> recheck;
        lock (_gate)
        {
            // Under the lock: what is said of an old generation must not take the place of what is suspected of its successor.
            if (cell.Held is { } held && held != generation)
                return RejectionOutcome.Superseded;
            var suspicion = cell.Suspicion;
            if (suspicion?.Generation == generation && !suspicion.NoteRejected(readAt))
                suspicion = null;
            if (isCertain && suspicion?.Generation == generation && suspicion.ConfirmedAt is { } confirmed && confirmed.IsBefore(readAt))
                recheck = TripAsync(cell, generation, "its counterparty rejects it, and the backend confirms that it is the current one");
            else if (suspicion?.Generation == generation && (isCertain ? !IsRecheckDue(suspicion) : !MayRecheck(suspicion)))
                recheck = suspicion.Recheck;
            else if (suspicion is null && cell.LastAccepted is { } accepted && accepted.Generation == generation && clocks.Elapsed(accepted.BegunAt) < s_acceptedRest)
                recheck = Suspect(cell, new Suspicion(generation, Task.FromResult(RejectionOutcome.Suspect)) { RejectedAt = clocks.Now, BegunAt = accepted.BegunAt, Rest = s_acceptedRest }, readAt);
            else
                recheck = Begin(cell, generation, clocks.Now, suspicion?.Generation == generation ? suspicion.NewestReadAt : readAt);
        }
        return await recheck.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Called once a tick: while the backend is away, a suspect is looked at again every 30 seconds.</summary>
    internal void RecheckDue(IEnumerable<BundleCell> cells)
    {
        lock (_gate)
        {
            foreach (var cell in cells)
            {
                if (cell.Suspicion is { } suspicion && IsRecheckDue(suspicion))
                    Begin(cell, suspicion.Generation, suspicion.RejectedAt, suspicion.NewestReadAt);
            }
        }
    }

    private bool IsRecheckDue(Suspicion suspicion) => suspicion.ConfirmedAt is null && MayRecheck(suspicion);

    private bool MayRecheck(Suspicion suspicion) => suspicion.Recheck.IsCompleted && clocks.Elapsed(suspicion.BegunAt) >= suspicion.Rest;

    private Task<RejectionOutcome> Begin(BundleCell cell, Generation generation, Moment rejectedAt, Moment readAt)
    {
        var settled = new TaskCompletionSource<RejectionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var suspicion = new Suspicion(generation, settled.Task) { RejectedAt = rejectedAt, BegunAt = clocks.Now };
        try
        {
            return Suspect(cell, suspicion, readAt);
        }
        finally
        {
            // Whatever became of that: a suspicion whose recheck never begins would never end.
            _ = RecheckAsync(cell, suspicion, settled);
        }
    }

    private Task<RejectionOutcome> Suspect(BundleCell cell, Suspicion suspicion, Moment readAt)
    {
        var isNew = cell.Suspicion?.Generation != suspicion.Generation;
        suspicion.NoteRejected(readAt);
        cell.Suspect(suspicion);
        // Not at the next tick: no order that opens risk may leave once a rejection is known.
        breaker.Evaluate();
        if (isNew)
            Log.Suspected(logger, cell.Bundle.Id, suspicion.Generation.Id);
        return suspicion.Recheck;
    }

    private async Task RecheckAsync(BundleCell cell, Suspicion suspicion, TaskCompletionSource<RejectionOutcome> settled)
    {
        try
        {
            var outcome = await RecheckAsync(cell, suspicion).ConfigureAwait(false);
            if (outcome is not RejectionOutcome.Suspect)
                Log.SuspicionSettled(logger, cell.Bundle.Id, outcome);
            settled.SetResult(outcome);
        }
        catch (Exception e)
        {
            // Unsettled is the safe end: no order that opens risk, and the next tick tries again.
            Log.ProbeFailed(logger, cell.Bundle.Id, e.GetType().Name);
            settled.SetResult(RejectionOutcome.Suspect);
        }
    }

    private async ValueTask<RejectionOutcome> RecheckAsync(BundleCell cell, Suspicion suspicion)
    {
        var fetch = fetcher.FetchAsync(cell, ReadPurpose.Rejected, out var joined);
        var outcome = await fetch.ConfigureAwait(false);
        if (joined && cell.Current?.Generation == suspicion.Generation)
        {
            // The one in flight was sent before the rejection came, so it proves nothing about it.
            outcome = await fetcher.FetchAsync(cell, ReadPurpose.Rejected, out _).ConfigureAwait(false);
        }

        if (cell.Held is { } held && held != suspicion.Generation)
        {
            // It was adopted between the report and its suspicion, which nothing else would end.
            cell.Clear(suspicion);
            return RejectionOutcome.Adopted;
        }
        if (outcome.Error is SecretConfigurationException { Code: SecretErrorCode.ValueInvalid })
            return await TripAsync(cell, suspicion.Generation, "its counterparty rejects it, and the newer one in the backend as well").ConfigureAwait(false);
        if (outcome.Snapshot is null)
            return RejectionOutcome.Suspect;

        var (result, askedAt) = await fetcher.ProbeAsync(cell, outcome.Snapshot.Secrets).ConfigureAwait(false);
        switch (result)
        {
            // What was rejected meanwhile was sent after the probe, and says more than it.
            case ProbeResult.Accepted:
                return cell.TrySettle(suspicion, askedAt) ? RejectionOutcome.Adopted : RejectionOutcome.Suspect;
            case ProbeResult.Rejected:
                return await TripAsync(cell, suspicion.Generation, "its counterparty rejects it, twice").ConfigureAwait(false);
            default:
                suspicion.ConfirmedAt = clocks.Now;
                return RejectionOutcome.Suspect;
        }
    }

    private async Task<RejectionOutcome> TripAsync(BundleCell cell, Generation generation, string why)
    {
        if (cell.Bundle.OnLoss != LossEffect.Halt)
            return RejectionOutcome.Suspect;
        await breaker.TripAsync(
            TripCause.Rejected, cell.Bundle.Id, generation.Id,
            $"Generation {generation} of '{cell.Bundle.Id}' is unusable: {why}. Put a working credential into the backend, then clear the trip.",
            CancellationToken.None).ConfigureAwait(false);
        return RejectionOutcome.Tripped;
    }
}
