using System.Globalization;

namespace PaperRun.Tests.CrashRecovery;

/// <summary>
/// Kills one service after another, whichever and whenever its seed says. After each kill the platform gets the time for a cycle,
/// or a
/// few seconds: some die while the others still recover, and yet there is something to die in.
/// </summary>
internal sealed class Killer(SupervisedPlatform platform, int seed)
{
    private const int OneOrderIn = 40;
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(4);

    // On a busy machine no service would be up again before the next kill, and no cycle would ever be done.
    private readonly TimeSpan _longestRest = platform.StartTime > s_longestRest ? platform.StartTime : s_longestRest;
    private readonly Random _times = new(seed);
    private readonly Random _orders = new(seed + 1);
    private readonly Dictionary<string, int> _kills = SupervisedPlatform.Services.ToDictionary(service => service, _ => 0);
    private TaskCompletionSource _cycle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _atOrder;

    internal int Kills
    {
        get
        {
            lock (_kills)
                return _kills.Values.Sum();
        }
    }

    /// <summary>How often each was killed.</summary>
    internal string Told
    {
        get
        {
            lock (_kills)
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"kills: {string.Join(", ", _kills.Select(pair => $"{pair.Key} {pair.Value}"))}, "
                        + $"{_atOrder} of them with an order under way"
                );
        }
    }

    internal void CycleDone() =>
        Interlocked
            .Exchange(ref _cycle, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .TrySetResult();

    internal async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.WhenAny(_cycle.Task, Task.Delay(_longestRest, TimeProvider.System, ct));
            await Task.Delay(TimeSpan.FromMilliseconds(_times.Next(1, 1200)), TimeProvider.System, ct)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ct.IsCancellationRequested)
                Kill(SupervisedPlatform.Services[_times.Next(SupervisedPlatform.Services.Count)]);
        }
    }

    /// <summary>Asked by the broker with an order in its hands; it goes on with the order in every case.</summary>
    internal bool MayStrikeGateway()
    {
        lock (_kills)
        {
            if (_orders.Next(OneOrderIn) > 0)
                return false;
            _atOrder++;
        }
        Kill("execution_gateway");
        return false;
    }

    private void Kill(string service)
    {
        lock (_kills)
            _kills[service]++;
        platform[service].Kill();
    }
}
