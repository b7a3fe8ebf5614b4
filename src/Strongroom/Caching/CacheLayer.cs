using System.Runtime.ExceptionServices;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Bundles;

namespace Strongroom.Caching;

/// <summary>
/// Answers from memory while a value is valid: no lock, no clock, no allocation. Expiry is the business of
/// <see cref="BudgetWatch"/>, which takes the value away; validation that of <see cref="RefreshLoop"/>, which a read starts again
/// should it have died.
/// </summary>
internal sealed class CacheLayer(BundleFetcher fetcher, RefreshLoop refresh) : IBundleReader
{
    public ValueTask<BundleReadResult> ReadAsync(BundleRead read, CancellationToken ct)
    {
        if (refresh.NeedsRestart)
            refresh.Restart();
        return read.Cached.Current is { } snapshot
            ? new ValueTask<BundleReadResult>(new BundleReadResult(snapshot, snapshot.Source))
            : FetchAsync(read, ct);
    }

    private async ValueTask<BundleReadResult> FetchAsync(BundleRead read, CancellationToken ct)
    {
        var outcome = await fetcher.FetchAsync(read.Cached, ReadPurpose.Get, out var joined).WaitAsync(ct).ConfigureAwait(false);
        if (outcome.Snapshot is null)
            ExceptionDispatchInfo.Throw(outcome.Error!);
        return new BundleReadResult(outcome.Snapshot, joined ? AccessSource.Joined : AccessSource.Backend);
    }
}
