using System.Runtime.ExceptionServices;
using Strongroom.Audit;
using Strongroom.Backends;

namespace Strongroom.Caching;

/// <summary>
/// Answers from memory while a value is valid: no lock, no clock, no allocation. Expiry is the business of <see cref="BudgetWatch"/>,
/// which takes the value away; validation that of <see cref="RefreshLoop"/>, which a read starts again should it have died.
/// </summary>
internal sealed class CacheLayer(BundleFetcher fetcher, RefreshLoop refresh) : IBundleReader
{
    public ValueTask<Served> ReadAsync(BundleRead read, CancellationToken ct)
    {
        if (refresh.NeedsRestart)
            refresh.Restart();
        return read.Cell.Current is { } snapshot
            ? new ValueTask<Served>(new Served(snapshot, snapshot.Source))
            : FetchAsync(read, ct);
    }

    private async ValueTask<Served> FetchAsync(BundleRead read, CancellationToken ct)
    {
        var outcome = await fetcher.FetchAsync(read.Cell, ReadPurpose.Get, out var joined).WaitAsync(ct).ConfigureAwait(false);
        if (outcome.Snapshot is null)
            ExceptionDispatchInfo.Throw(outcome.Error!);
        return new Served(outcome.Snapshot, joined ? AccessSource.Joined : AccessSource.Backend);
    }
}
