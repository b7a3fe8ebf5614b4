using System.Globalization;
using PaperRun.Tests.CrashRecovery;

namespace PaperRun.Tests.Migration;

/// <summary>
/// A market day that goes on beside everything else: the next bar comes when a cycle is done, three times a second at most.
/// </summary>
internal sealed class RunningDay : IAsyncDisposable
{
    private const int WarmUpBars = 30;
    private const int Cycles = 350;
    private static readonly string[] s_symbols = ["AAPL", "AMZN", "MSFT", "NVDA", "TSLA"];
    private static readonly TimeSpan s_shortestCycle = TimeSpan.FromMilliseconds(330);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly SupervisedPlatform _platform;
    private readonly PlatformDatabase _database;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    private RunningDay(SupervisedPlatform platform, PlatformDatabase database)
    {
        (_platform, _database) = (platform, database);
        _loop = GoOnAsync(_end.Token);
    }

    internal static async Task<RunningDay> StartAsync(SupervisedPlatform platform, PlatformDatabase database)
    {
        await platform.Broker.Clock.AdvanceAsync(WarmUpBars);
        Assert.True(await platform.Calls.StartRunAsync(Guid.CreateVersion7(), s_symbols, Cycles));
        return new RunningDay(platform, database);
    }

    /// <summary>A cycle that began after now is done.</summary>
    internal async Task DemandCycleAsync(string since)
    {
        var before = await CyclesDoneAsync();
        await UntilAsync($"a cycle since {since}", async () => await CyclesDoneAsync() >= before + 2);
    }

    /// <summary>An order that was sent after now is filled.</summary>
    internal async Task DemandFillAsync(string since)
    {
        var before = _platform.Broker.Orders.Select(order => order.ClientOrderId).ToHashSet(StringComparer.Ordinal);
        await UntilAsync($"an order filled since {since}", () =>
            Task.FromResult(
                _platform.Broker.Orders.Any(order => order.Status == "filled" && !before.Contains(order.ClientOrderId))
            )
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task UntilAsync(string what, Func<Task<bool>> isSo) => await _platform.UntilAsync(what, s_limit, async () =>
        {
            if (_loop.IsFaulted)
                await _loop;
            return await isSo();
        });

    private async Task GoOnAsync(CancellationToken ct)
    {
        using var pace = new PeriodicTimer(s_shortestCycle, TimeProvider.System);
        for (var done = 0; await pace.WaitForNextTickAsync(ct); )
        {
            if (await CyclesDoneAsync() is var now && now == done)
                continue;
            done = now;
            await _platform.Broker.Clock.AdvanceAsync(cancellationToken: ct);
        }
    }

    private async Task<int> CyclesDoneAsync() =>
        int.Parse((await _database.ReadAsync("SELECT COUNT(*) FROM cycles"))[0], CultureInfo.InvariantCulture);
}
