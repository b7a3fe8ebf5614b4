using Microsoft.Extensions.Logging;

namespace Strongroom.Caching;

/// <summary>
/// Looks at every bundle once a tick: takes away what has ended, has read anew what only the wall clock calls over, warns as the budget
/// runs low, and sees that refreshing goes on.
/// </summary>
/// <remarks>
/// It has a thread of its own: a thread pool whose threads are all blocked runs no timer, and would serve a value past its end. First all
/// that has ended is taken away; then what may take long is done, such as logging.
/// </remarks>
internal sealed class BudgetWatch(
    IReadOnlyList<BundleCell> cells, BundleFetcher fetcher, RefreshLoop refresh, Clocks clocks, CacheSettings settings,
    Action<BundleCell, SecretErrorCode> onLost, Action onEnds, Action onTick, ILogger logger)
    : IDisposable
{
    private readonly Dictionary<BundleCell, TimeSpan> _warned = [];
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _stopping = new();
    private ITimer? _timer;

    /// <summary>Done when every fresh read that was begun so far is.</summary>
    internal Task FreshReads { get; private set; } = Task.CompletedTask;

    internal void Start()
    {
        if (RunsInRealTime(clocks.Time))
            new Thread(Run) { IsBackground = true, Name = "Strongroom budget watch", Priority = ThreadPriority.AboveNormal }.Start();
        else
            _timer = clocks.Time.CreateTimer(_ => Tick(), null, settings.Tick, settings.Tick);
    }

    internal void Tick()
    {
        try
        {
            List<BundleCell>? fresh = null;
            lock (_gate)
            {
                var lost = TakeAway(ref fresh);
                foreach (var (cell, code) in lost)
                    Tell(cell, code);
                foreach (var cell in cells)
                    Warn(cell);
            }
            if (fresh is not null)
                FreshReads = Task.WhenAll([FreshReads, .. fresh.Select(ReadFreshAsync)]);
            refresh.CheckAlive();
            onTick();
        }
        catch (Exception e)
        {
            // The next tick comes: a watch that died unseen would serve a value past its hour.
            Log.WatchFailed(logger, e.GetType().Name);
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stopping.Set();
    }

    /// <summary>A test's clock moves by its own timers; one whose timestamps are the machine's needs nobody to move it.</summary>
    private static bool RunsInRealTime(TimeProvider time) =>
        time.TimestampFrequency == TimeProvider.System.TimestampFrequency
        && TimeProvider.System.GetElapsedTime(time.GetTimestamp()).Duration() < TimeSpan.FromSeconds(1);

    private void Run()
    {
        while (!_stopping.Wait(settings.Tick))
            Tick();
    }

    private List<(BundleCell Cell, SecretErrorCode Code)> TakeAway(ref List<BundleCell>? fresh)
    {
        var lost = new List<(BundleCell, SecretErrorCode)>();
        foreach (var cell in cells)
        {
            var look = cell.Look();
            if (look.NeedsFreshRead)
                (fresh ??= []).Add(cell);
            if (look.Lost is { } code)
                lost.Add((cell, code));
        }
        if (lost.Count > 0 || fresh is not null)
            onEnds();
        return lost;
    }

    private async Task ReadFreshAsync(BundleCell cell)
    {
        Log.WallClockJumped(logger, cell.Bundle.Id);
        try
        {
            if (await fetcher.ReadFreshAsync(cell).ConfigureAwait(false) is { } code)
                Tell(cell, code);
            onTick();
        }
        catch (Exception e)
        {
            Log.WatchFailed(logger, e.GetType().Name);
        }
    }

    private void Tell(BundleCell cell, SecretErrorCode lost)
    {
        // Trips first: a log provider that throws must not keep one from being recorded.
        onLost(cell, lost);
        Log.Lost(logger, cell.Bundle.Id, lost);
    }

    private void Warn(BundleCell cell)
    {
        if (cell.Current is null || cell.LastError is null)
        {
            _warned.Remove(cell);
            return;
        }
        var left = cell.BudgetLeft;
        foreach (var threshold in CacheSettings.Warnings)
        {
            if (left > threshold || threshold >= _warned.GetValueOrDefault(cell, TimeSpan.MaxValue))
                continue;
            _warned[cell] = threshold;
            Log.BudgetLow(logger, cell.Bundle.Id, left.TotalMinutes);
            return;
        }
    }
}
