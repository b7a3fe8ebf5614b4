using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Journaling;

namespace Strongroom;

/// <summary>
/// Settles what it means that a counterparty rejected a credential. The first report of a version makes it suspect and begins
/// one forced read, which all reports share. A newer version is adopted; the same one, confirmed by the backend and rejected
/// again by a caller that read it after that, trips the breaker. <see cref="CachedBundle"/> decides; this class acts on the
/// decision, without a lock.
/// </summary>
internal sealed class RejectionCoordinator(BundleFetcher fetcher, CredentialBreaker breaker, AuditTrail trail, ILogger logger)
{
    /// <param name="cached">The bundle.</param>
    /// <param name="version">What was rejected.</param>
    /// <param name="readAt">When the caller that reports it read it.</param>
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

        var (step, status) = cached.Suspect(version, readAt, isCertain);
        if (step == RejectionStep.Superseded)
            return RejectionOutcome.Superseded;
        var outcome = step switch
        {
            RejectionStep.Trips => TripAsync(
                cached,
                status.PendingRejection!,
                "its counterparty rejects it, and the backend confirms that it is the current one"
            ),
            RejectionStep.Joins => status.PendingRejection!.Recheck,
            _ => Begin(cached, status.PendingRejection!, isNew: step == RejectionStep.Raises),
        };
        return await outcome.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Called once a tick: while the backend is away, a suspect is looked at again every 30 seconds.</summary>
    internal void RecheckDue(IEnumerable<CachedBundle> cachedBundles)
    {
        foreach (var cached in cachedBundles)
        {
            if (cached.TryBeginRecheck(out var status))
                _ = RecheckAsync(cached, status.PendingRejection!);
        }
    }

    /// <summary>Opening is stopped before the recheck begins, which may take its time.</summary>
    private Task<RejectionOutcome> Begin(CachedBundle cached, PendingRejection rejection, bool isNew)
    {
        try
        {
            breaker.Evaluate();
            if (isNew)
                Log.Suspected(logger, cached.Bundle.Id, rejection.VersionIdentity.Id);
        }
        finally
        {
            // Also when that throws: a rejection whose recheck never begins would never be settled.
            if (!rejection.Recheck.IsCompleted)
                _ = RecheckAsync(cached, rejection);
        }
        return rejection.Recheck;
    }

    private async Task RecheckAsync(CachedBundle cached, PendingRejection rejection)
    {
        try
        {
            var outcome = await DecideAsync(cached, rejection).ConfigureAwait(false);
            if (outcome is not RejectionOutcome.Suspect)
                Log.RejectionSettled(logger, cached.Bundle.Id, outcome);
            rejection.CompleteRecheck(outcome);
        }
        catch (Exception e)
        {
            // Unsettled is the safe end: no new work, and the next tick tries again.
            Log.ProbeFailed(logger, cached.Bundle.Id, e.GetType().Name);
            rejection.CompleteRecheck(RejectionOutcome.Suspect);
        }
    }

    private async ValueTask<RejectionOutcome> DecideAsync(CachedBundle cached, PendingRejection rejection)
    {
        var fetch = fetcher.FetchAsync(cached, ReadPurpose.Rejected, out var joined);
        var outcome = await fetch.ConfigureAwait(false);
        if (joined && cached.Current?.VersionIdentity == rejection.VersionIdentity)
        {
            // The one in flight was sent before the rejection came, so it proves nothing about it.
            outcome = await fetcher.FetchAsync(cached, ReadPurpose.Rejected, out _).ConfigureAwait(false);
        }

        if (cached.Status.Held is { } held && held.VersionIdentity != rejection.VersionIdentity)
            return RejectionOutcome.Adopted;
        if (outcome.Error is SecretConfigurationException { Code: SecretErrorCode.ValueInvalid })
            return await TripAsync(cached, rejection, "its counterparty rejects it, and the newer one in the backend as well")
                .ConfigureAwait(false);
        if (outcome.Snapshot is null)
            return RejectionOutcome.Suspect;

        var (result, askedAt) = await fetcher.ProbeAsync(cached, outcome.Snapshot.Secrets).ConfigureAwait(false);
        switch (result)
        {
            // What was rejected meanwhile was sent after the probe, and says more than it.
            case ProbeResult.Accepted:
                return cached.Settle(rejection, askedAt).PendingRejection is null
                    ? RejectionOutcome.Adopted
                    : RejectionOutcome.Suspect;
            case ProbeResult.Rejected:
                return await TripAsync(cached, rejection, "its counterparty rejects it, twice").ConfigureAwait(false);
            default:
                cached.ConfirmRejection(rejection);
                return RejectionOutcome.Suspect;
        }
    }

    private async Task<RejectionOutcome> TripAsync(CachedBundle cached, PendingRejection rejection, string why)
    {
        // Replaced by another version, or settled by a later acceptance, while the evidence was gathered.
        if (cached.Status.PendingRejection?.IsSameAs(rejection) != true)
            return RejectionOutcome.Adopted;
        if (cached.Bundle.OnLoss != LossEffect.Halt)
            return RejectionOutcome.Suspect;
        var version = rejection.VersionIdentity;
        await breaker
            .TripAsync(
                TripCause.Rejected,
                cached.Bundle.Id,
                version.Id,
                $"Version {version} of '{cached.Bundle.Id}' is unusable: {why}. Put a working credential into the "
                    + "backend, then clear the trip.",
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return RejectionOutcome.Tripped;
    }
}
