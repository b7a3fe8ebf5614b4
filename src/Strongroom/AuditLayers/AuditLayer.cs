using Strongroom.Audit;
using Strongroom.Bundles;
using Strongroom.Journaling;

namespace Strongroom.AuditLayers;

/// <summary>
/// Records everything that is returned. A cache hit costs one increment in the mapped journal; anything else is a row, without
/// which the value is not returned.
/// </summary>
internal sealed class AuditLayer(IBundleReader inner, AuditTrail trail) : IBundleReader
{
    public ValueTask<BundleReadResult> ReadAsync(BundleRead read, CancellationToken ct)
    {
        var pending = inner.ReadAsync(read, ct);
        if (!pending.IsCompletedSuccessfully)
            return RecordedAsync(pending, read);
        var served = pending.Result;
        if (
            served.Source != AccessSource.Backend
            && served.Snapshot.Counters is { } counters
            && served.Source == served.Snapshot.Source
        )
        {
            foreach (var index in read.Indices)
                counters[index].Increment();
        }
        else
        {
            Record(served, read);
        }
        return new ValueTask<BundleReadResult>(served);
    }

    private async ValueTask<BundleReadResult> RecordedAsync(ValueTask<BundleReadResult> pending, BundleRead read)
    {
        try
        {
            var served = await pending.ConfigureAwait(false);
            Record(served, read);
            return served;
        }
        catch (SecretException error) when (error is not SecretAuditFailedException)
        {
            foreach (var index in read.Indices)
            {
                trail.RecordFailure(
                    trail.About(AccessOperation.Get, AuditTrail.OutcomeOf(error), read.Cached.Bundle.Secrets[index].Name) with
                    {
                        Error = error.Code,
                    }
                );
            }
            throw;
        }
    }

    private void Record(BundleReadResult served, BundleRead read)
    {
        if (served.Source == served.Snapshot.Source)
            served.Snapshot.Counters ??= OpenCounters(served);
        foreach (var index in read.Indices)
        {
            var secret = served.Snapshot.Secrets[index];
            if (served.Source != AccessSource.Backend && trail.OpenCounter(secret, served.Source) is { } counter)
                counter.Increment();
            else
                trail.Require(
                    trail.About(AccessOperation.Get, AccessOutcome.Success, secret.Name) with
                    {
                        Source = served.Source,
                        Version = secret.Version.Id,
                    }
                );
        }
    }

    /// <summary>Null if the journal has no free counter: each hit then becomes a row.</summary>
    private HitCounter[]? OpenCounters(BundleReadResult served)
    {
        var counters = Array.ConvertAll(served.Snapshot.Secrets, secret => trail.OpenCounter(secret, served.Source)!);
        return Array.Exists(counters, counter => counter is null) ? null : counters;
    }
}
