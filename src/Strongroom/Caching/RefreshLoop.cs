using Microsoft.Extensions.Logging;
using Strongroom.Backends;

namespace Strongroom.Caching;

/// <summary>
/// Validates what is in memory again before its hour runs low, each bundle at its own time. It waits for no fetch: one that hangs
/// delays only itself.
/// </summary>
internal sealed class RefreshLoop(IReadOnlyList<BundleCell> cells, BundleFetcher fetcher, Clocks clocks, CacheSettings settings, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task? _loop;
    private Moment _lastRound = clocks.Now;
    private volatile bool _needsRestart;

    /// <summary>True once the watch found it dead; the next read starts it again.</summary>
    internal bool NeedsRestart => _needsRestart;

    internal void Start()
    {
        lock (_gate)
        {
            _needsRestart = false;
            _lastRound = clocks.Now;
            _loop = RunAsync(_stopping.Token);
        }
    }

    internal void Restart()
    {
        lock (_gate)
        {
            if (!_needsRestart || _stopping.IsCancellationRequested)
                return;
            Log.RefreshRestarted(logger);
            Start();
        }
    }

    /// <summary>Called by the watch: two intervals without a round is an alarm of its own.</summary>
    internal void CheckAlive()
    {
        if (_loop is null || _needsRestart || _stopping.IsCancellationRequested || clocks.Since(_lastRound) < settings.Refresh * 2)
            return;
        _needsRestart = true;
        Log.RefreshStalled(logger, clocks.Since(_lastRound).TotalSeconds);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken ct)
    {
        try
        {
            using var timer = new PeriodicTimer(settings.Tick, clocks.Time);
            do
            {
                _lastRound = clocks.Now;
                var due = cells.Where(cell => cell.IsRefreshDue).ToList();
                if (due.Count > 0)
                    _ = fetcher.FetchAllAsync(due, ReadPurpose.Refresh);
            }
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
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
