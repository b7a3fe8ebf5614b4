using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Breaker;
using Strongroom.Caching;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Deadlines that no shared scheduler can put off.</summary>
public sealed class BudgetWatchTests
{
    [Fact]
    public async Task Watch_runs_on_a_thread_of_its_own_that_a_blocked_thread_pool_does_not_stop()
    {
        var clocks = new Clocks(TimeProvider.System);
        var settings = new CacheSettings { Tick = TimeSpan.FromMilliseconds(10) };
        var ticked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var fetcher = new BundleFetcher(new ProgrammableBackend(), clocks, settings, () => [], _ => { }, NullLogger.Instance);
        using var refresh = new RefreshLoop([], fetcher, clocks, settings, NullLogger.Instance);
        using var watch = new BudgetWatch(
            [], fetcher, refresh, clocks, settings, (_, _) => { }, () => ticked.TrySetResult(Thread.CurrentThread.IsThreadPoolThread), NullLogger.Instance);
        watch.Start();
        Assert.False(await ticked.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Values_end_at_their_time_though_what_follows_from_the_first_loss_never_returns()
    {
        var clocks = new Clocks(TimeProvider.System);
        var settings = new CacheSettings { Ttl = TimeSpan.FromMilliseconds(50), Tick = TimeSpan.FromMilliseconds(10) };
        var bundle = SecretDeclaration.Parse(Room.Declaration).Bundles[0];
        BundleCell[] cells = [new(bundle, "", clocks, settings), new(bundle, "", clocks, settings with { Ttl = TimeSpan.FromMilliseconds(300) })];
        foreach (var cell in cells)
            cell.Adopt([new Secret(Room.KeyId, SecretValue.FromText("made-up"), new SecretVersion("1"), null, "alpaca")], new Generation(new SecretVersion("1"), null), clocks.Now);
        var later = cells[1].Current!.Secrets[0].Value;
        using var never = new ManualResetEventSlim();
        using var fetcher = new BundleFetcher(new ProgrammableBackend(), clocks, settings, () => [], _ => { }, NullLogger.Instance);
        using var refresh = new RefreshLoop([], fetcher, clocks, settings, NullLogger.Instance);
        using var watch = new BudgetWatch(cells, fetcher, refresh, clocks, settings, (_, _) => never.Wait(), () => { }, NullLogger.Instance);
        watch.Start();
        var began = TimeProvider.System.GetTimestamp();
        while (!later.HasEnded)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "The second value did not end.");
            await Task.Yield();
        }
        never.Set();
    }

    [Fact]
    public async Task Permission_is_over_at_its_deadline_though_nobody_looks()
    {
        using var room = new Room();
        await room.StartAsync();
        await room.TickAsync();
        room.Time.Advance(TimeSpan.FromMinutes(40) - TimeSpan.FromSeconds(1));
        room.Breaker.DemandOpening();
        room.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TradingPermission.ReduceOnly, room.Breaker.Permission);
        Assert.Throws<SecretRefusedException>(room.Breaker.DemandOpening);

        await room.Runtime.RefreshAsync(CancellationToken.None);
        room.Runtime.Watch.Tick();
        room.Breaker.DemandOpening();
    }

    [Fact]
    public async Task Values_are_taken_away_before_a_log_is_written_of_the_first()
    {
        using var room = new Room();
        await room.StartAsync();
        var (first, second) = (await room.Manager.GetAsync(Room.KeyId), await room.Manager.GetAsync(Room.Password));
        room.Time.Advance(TimeSpan.FromHours(1));
        var endedAtTheFirstWord = false;
        room.Log.Written = id => endedAtTheFirstWord |= id == 1102 && first.Value.HasEnded && second.Value.HasEnded;
        room.Runtime.Watch.Tick();
        Assert.True(endedAtTheFirstWord);
    }
}
