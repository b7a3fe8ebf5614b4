using Microsoft.Extensions.Logging;

namespace Strongroom.Caching;

/// <summary>Looks at every bundle once a tick: takes away what has ended, warns as the budget runs low, and sees that refreshing goes on.</summary>
internal sealed class BudgetWatch(
    IReadOnlyList<BundleCell> cells, RefreshLoop refresh, Clocks clocks, CacheSettings settings, Action<BundleCell, SecretErrorCode> onLost, Action onTick, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan[] s_warnings = [.. new[] { 5, 15, 30, 45 }.Select(minutes => TimeSpan.FromMinutes(minutes))];

    private readonly Dictionary<BundleCell, TimeSpan> _warned = [];
    private readonly Lock _gate = new();
    private ITimer? _timer;

    internal void Start() => _timer = clocks.Time.CreateTimer(_ => Tick(), null, settings.Tick, settings.Tick);

    internal void Tick()
    {
        try
        {
            lock (_gate)
            {
                foreach (var cell in cells)
                    Look(cell);
            }
            refresh.CheckAlive();
            onTick();
        }
        catch (Exception e)
        {
            // The timer goes on: a watch that died unseen would serve a value past its hour.
            Log.WatchFailed(logger, e.GetType().Name);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Look(BundleCell cell)
    {
        if (cell.DropEnded() is { } lost)
        {
            onLost(cell, lost);
            Log.Lost(logger, cell.Bundle.Id, lost);
            return;
        }
        if (cell.Current is null || cell.LastError is null)
        {
            _warned.Remove(cell);
            return;
        }
        var left = cell.BudgetLeft;
        foreach (var threshold in s_warnings)
        {
            if (left > threshold || threshold >= _warned.GetValueOrDefault(cell, TimeSpan.MaxValue))
                continue;
            _warned[cell] = threshold;
            Log.BudgetLow(logger, cell.Bundle.Id, left.TotalMinutes);
            return;
        }
    }
}
