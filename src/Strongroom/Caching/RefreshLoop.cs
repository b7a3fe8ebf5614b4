using Microsoft.Extensions.Logging;
using Strongroom.Backends;
using Strongroom.Bundles;

namespace Strongroom.Caching;

/// <summary>
/// Validates what is in memory again before its hour runs low, each bundle at its own time; where the backend reads many in one
/// call, the first that is due takes along those that are nearly. It waits for no fetch: one that hangs delays only itself.
/// </summary>
internal sealed class RefreshLoop(
    IReadOnlyList<CachedBundle> cachedBundles,
    BundleFetcher fetcher,
    ElapsedClock clocks,
    CacheSettings settings,
    ILogger logger
) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _life;
    private bool _isDisposed;
    private ClockReading _lastRound = clocks.Now;
    private volatile bool _needsRestart;

    /// <summary>True once the watch found it dead; the next read starts it again.</summary>
    internal bool NeedsRestart => _needsRestart;

    internal void Start() => TryStart(isRestart: false);

    internal void Restart()
    {
        if (TryStart(isRestart: true))
            Log.RefreshRestarted(logger);
    }

    /// <summary>Called by the watch: two intervals without a round is an alarm of its own.</summary>
    internal void CheckAlive()
    {
        if (_life is null || _needsRestart || clocks.Elapsed(_lastRound) < settings.Refresh * 2)
            return;
        _needsRestart = true;
        Log.RefreshStalled(logger, clocks.Elapsed(_lastRound).TotalSeconds);
    }

    /// <summary>Ends the loop as a fault would, for the test of what then happens.</summary>
    internal void Kill() => _life?.Cancel();

    /// <summary>Fetches what is due, what ends first before the rest. The loop does not wait for it.</summary>
    internal Task RoundAsync()
    {
        _lastRound = clocks.Now;
        List<CachedBundle> due = [.. cachedBundles.Where(cached => cached.IsRefreshDue).OrderBy(cached => cached.BudgetLeft)];
        if (due.Count > 0 && fetcher.ReadsMany)
            due.AddRange(cachedBundles.Where(cached => cached.IsRefreshNear).Except(due));
        else if (due.Count > 1 && due.Exists(cached => cached.IsThrottled))
            return InTurnAsync(due);
        return fetcher.FetchAllAsync(due, ReadPurpose.Refresh);
    }

    public void Dispose()
    {
        CancellationTokenSource? life;
        lock (_gate)
            (life, _life, _isDisposed) = (_life, null, true);
        // Without the lock, since it runs what waits for the tokens.
        _stopping.Cancel();
        life?.Dispose();
        _stopping.Dispose();
    }

    private bool TryStart(bool isRestart)
    {
        CancellationTokenSource? before;
        CancellationToken life;
        lock (_gate)
        {
            if (_isDisposed || (isRestart && !_needsRestart))
                return false;
            _needsRestart = false;
            _lastRound = clocks.Now;
            (before, _life) = (_life, CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token));
            life = _life.Token;
        }
        // One that only stalled would go on beside the new one.
        before?.Cancel();
        before?.Dispose();
        _ = RunAsync(life);
        return true;
    }

    /// <summary>
    /// Where the backend grants little, the value that ends first takes it; all at once would leave that to chance. The next
    /// waits a tick at most, so that one that hangs delays the others by no more; the round ends with the last of them.
    /// </summary>
    private async Task InTurnAsync(List<CachedBundle> due)
    {
        var begun = new List<Task>(due.Count);
        foreach (var cached in due)
        {
            if (!cached.IsRefreshDue)
                continue;
            var fetch = fetcher.FetchAsync(cached, ReadPurpose.Refresh, out _);
            begun.Add(fetch);
            try
            {
                await fetch.WaitAsync(settings.Tick, clocks.Time, _stopping.Token).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // It goes on; the next one does not wait for it.
            }
        }
        await Task.WhenAll(begun).ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken ct)
    {
        try
        {
            // The first round is a tick away: what a start has just read is not due.
            using var timer = new PeriodicTimer(settings.Tick, clocks.Time);
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false))
                _ = RoundAsync();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process ends.
        }
        catch (Exception e)
        {
            Log.RefreshDied(logger, e.GetType().Name);
        }
    }
}
