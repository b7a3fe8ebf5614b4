using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Strongroom.Bundles;

namespace Strongroom.Caching;

/// <summary>
/// Looks at every bundle once a tick: takes away what has expired, reads again what only the wall clock calls expired, warns as
/// the budget runs low, and sees that refreshing goes on.
/// </summary>
/// <remarks>
/// It has threads of its own, since a thread pool whose threads are all blocked runs no timer and would serve a value past its
/// end. One takes away and does nothing else; what follows from it may block (a log, a disk, a backend's own code) and is the
/// other's.
/// </remarks>
internal sealed class BudgetWatch(
    IReadOnlyList<CachedBundle> cachedBundles,
    BundleFetcher fetcher,
    RefreshLoop refresh,
    ElapsedClock clocks,
    CacheSettings settings,
    Action<CachedBundle, SecretErrorCode> onLost,
    Action onTick,
    ILogger logger
) : IDisposable
{
    private readonly ConcurrentQueue<(CachedBundle Cached, SecretErrorCode Code)> _lost = new();
    private readonly ConcurrentQueue<CachedBundle> _doubtful = new();
    private readonly Dictionary<CachedBundle, TimeSpan> _warned = [];
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _stopping = new();
    private readonly SemaphoreSlim _looked = new(0);
    private ITimer? _timer;

    /// <summary>Done when every fresh read that was begun so far is.</summary>
    internal Task FreshReads { get; private set; } = Task.CompletedTask;

    internal void Start()
    {
        if (!RunsInRealTime(clocks.Time))
        {
            _timer = clocks.Time.CreateTimer(_ => Tick(), null, settings.Tick, settings.Tick);
            return;
        }
        new Thread(RunLooks)
        {
            IsBackground = true,
            Name = "Strongroom budgets",
            Priority = ThreadPriority.AboveNormal,
        }.Start();
        new Thread(RunRest) { IsBackground = true, Name = "Strongroom watch" }.Start();
    }

    internal void Tick()
    {
        Look();
        FollowUp();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stopping.Set();
        _looked.Release();
    }

    /// <summary>True for a clock whose timestamps are the machine's; a test's clock moves by its own timers.</summary>
    private static bool RunsInRealTime(TimeProvider time) =>
        time.TimestampFrequency == TimeProvider.System.TimestampFrequency
        && TimeProvider.System.GetElapsedTime(time.GetTimestamp()).Duration() < TimeSpan.FromSeconds(1);

    private void RunLooks()
    {
        while (!_stopping.Wait(settings.Tick))
        {
            Look();
            if (_looked.CurrentCount == 0)
                _looked.Release();
        }
    }

    private void RunRest()
    {
        while (!_stopping.IsSet)
        {
            _looked.Wait();
            if (!_stopping.IsSet)
                FollowUp();
        }
    }

    private void Look()
    {
        try
        {
            foreach (var cached in cachedBundles)
            {
                var look = cached.Look();
                if (look.NeedsFreshRead)
                    _doubtful.Enqueue(cached);
                if (look.Lost is { } code)
                    _lost.Enqueue((cached, code));
            }
        }
        catch (Exception e)
        {
            // The next tick comes: a watch that died unseen would serve a value past its hour.
            Log.WatchFailed(logger, e.GetType().Name);
        }
    }

    private void FollowUp()
    {
        try
        {
            while (_lost.TryDequeue(out var lost))
                Tell(lost.Cached, lost.Code);
            foreach (var cached in cachedBundles)
            {
                if (TakeWarning(cached) is { } left)
                    Log.BudgetLow(logger, cached.Bundle.Id, left.TotalMinutes);
            }
            ReadFresh();
            refresh.CheckAlive();
            onTick();
        }
        catch (Exception e)
        {
            Log.WatchFailed(logger, e.GetType().Name);
        }
    }

    private void ReadFresh()
    {
        var reads = new List<Task>();
        while (_doubtful.TryDequeue(out var cached))
            reads.Add(ReadFreshAsync(cached));
        if (reads.Count == 0)
            return;
        FreshReads = Task.WhenAll([FreshReads, .. reads]);
        Log.WallClockJumped(logger, reads.Count);
    }

    private async Task ReadFreshAsync(CachedBundle cached)
    {
        try
        {
            if (await fetcher.ReadFreshAsync(cached).ConfigureAwait(false) is { } code)
                Tell(cached, code);
            onTick();
        }
        catch (Exception e)
        {
            Log.WatchFailed(logger, e.GetType().Name);
        }
    }

    private void Tell(CachedBundle cached, SecretErrorCode lost)
    {
        // Trips first: a log provider that throws must not keep one from being recorded.
        onLost(cached, lost);
        Log.Lost(logger, cached.Bundle.Id, lost);
    }

    /// <summary>Gives what is left where a threshold is passed that was not warned of yet.</summary>
    private TimeSpan? TakeWarning(CachedBundle cached)
    {
        lock (_gate)
        {
            var status = cached.Status;
            if (status.Current is null || status.LastError is null)
            {
                _warned.Remove(cached);
                return null;
            }
            var left = cached.BudgetLeftOf(status);
            foreach (var threshold in CacheSettings.Warnings)
            {
                if (left > threshold || threshold >= _warned.GetValueOrDefault(cached, TimeSpan.MaxValue))
                    continue;
                _warned[cached] = threshold;
                return left;
            }
            return null;
        }
    }
}
