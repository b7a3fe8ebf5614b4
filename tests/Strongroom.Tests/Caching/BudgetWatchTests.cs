using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Breaker;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Deadlines that no shared scheduler can put off.</summary>
public sealed class BudgetWatchTests
{
    [Fact]
    public async Task Watch_runs_on_a_thread_of_its_own_that_a_blocked_thread_pool_does_not_stop()
    {
        var clocks = new ElapsedClock(TimeProvider.System);
        var settings = new CacheSettings { Tick = TimeSpan.FromMilliseconds(10) };
        var ticked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var fetcher = new BundleFetcher(
            new ProgrammableBackend(),
            clocks,
            settings,
            () => [],
            _ => { },
            NullLogger.Instance
        );
        using var refresh = new RefreshLoop([], fetcher, clocks, settings, NullLogger.Instance);
        using var watch = new BudgetWatch(
            [],
            fetcher,
            refresh,
            clocks,
            settings,
            (_, _) => { },
            () => ticked.TrySetResult(Thread.CurrentThread.IsThreadPoolThread),
            NullLogger.Instance
        );
        watch.Start();
        Assert.False(await ticked.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Values_end_at_their_time_though_what_follows_from_the_first_loss_never_returns()
    {
        var clocks = new ElapsedClock(TimeProvider.System);
        var settings = new CacheSettings { Ttl = TimeSpan.FromMilliseconds(50), Tick = TimeSpan.FromMilliseconds(10) };
        var bundle = SecretDeclaration.Parse(Fixture.Declaration).Bundles[0];
        CachedBundle[] cachedBundles =
        [
            new(bundle, "", clocks, settings),
            new(bundle, "", clocks, settings with { Ttl = TimeSpan.FromMilliseconds(300) }),
        ];
        SecretValue[] values = [SecretValue.FromText("made-up"), SecretValue.FromText("made-up")];
        foreach (var (cached, value) in cachedBundles.Zip(values))
            cached.Adopt(
                [new Secret(Fixture.KeyId, value, new SecretVersion("1"), null, "alpaca")],
                new VersionIdentity(new SecretVersion("1"), null),
                clocks.Now
            );
        using var never = new ManualResetEventSlim();
        using var fetcher = new BundleFetcher(
            new ProgrammableBackend(),
            clocks,
            settings,
            () => [],
            _ => { },
            NullLogger.Instance
        );
        using var refresh = new RefreshLoop([], fetcher, clocks, settings, NullLogger.Instance);
        using var watch = new BudgetWatch(
            cachedBundles,
            fetcher,
            refresh,
            clocks,
            settings,
            (_, _) => never.Wait(),
            () => { },
            NullLogger.Instance
        );
        watch.Start();
        await Waiting.UntilAsync(() => values[1].IsExpired);
        never.Set();
    }

    [Theory]
    [InlineData(1102)]
    [InlineData(1103)]
    public async Task Watch_whose_log_is_blocked_holds_up_no_other_look(int message)
    {
        using var block = new BlockingCall();
        var time = new FakeTimeProvider();
        var clocks = new ElapsedClock(time, () => time.GetUtcNow() - DateTimeOffset.UnixEpoch);
        var settings = new CacheSettings();
        using var log = new CollectingLoggerProvider { Written = id => block.EnterOnceIf(id == message) };
        var cached = new CachedBundle(SecretDeclaration.Parse(Fixture.Declaration).Bundles[0], "", clocks, settings);
        cached.Adopt(
            [new Secret(Fixture.KeyId, SecretValue.FromText("made-up"), new SecretVersion("1"), null, "alpaca")],
            new VersionIdentity(new SecretVersion("1"), null),
            clocks.Now
        );
        cached.Fail(new SecretUnavailableException(SecretErrorCode.Unreachable, "It is away."), clocks.Now);
        using var fetcher = new BundleFetcher(new ProgrammableBackend(), clocks, settings, () => [], _ => { }, log);
        using var refresh = new RefreshLoop([], fetcher, clocks, settings, log);
        using var watch = new BudgetWatch([cached], fetcher, refresh, clocks, settings, (_, _) => { }, () => { }, log);
        time.Advance(message == 1102 ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(20));
        var blocked = TestThreads.Run(() =>
        {
            watch.Tick();
            return Task.CompletedTask;
        });
        await block.Entered.WaitAsync(TimeSpan.FromSeconds(60));
        try
        {
            await TestThreads
                .Run(() =>
                {
                    time.Advance(TimeSpan.FromHours(1));
                    watch.Tick();
                    Assert.Null(cached.Current);
                    return Task.CompletedTask;
                })
                .WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            block.Release();
        }
        await blocked;
    }

    [Fact]
    public async Task Permission_is_over_at_its_deadline_though_it_is_not_asked_for()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        await fixture.TickAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(40) - TimeSpan.FromSeconds(1));
        fixture.Breaker.RequireAll();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CredentialPermission.Restricted, fixture.Breaker.Permission);
        Assert.Throws<SecretRefusedException>(fixture.Breaker.RequireAll);

        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        fixture.Runtime.Watch.Tick();
        fixture.Breaker.RequireAll();
    }

    [Fact]
    public async Task Values_are_taken_away_before_a_log_is_written_of_the_first()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var (first, second) = (await fixture.Manager.GetAsync(Fixture.KeyId), await fixture.Manager.GetAsync(Fixture.Password));
        fixture.Time.Advance(TimeSpan.FromHours(1));
        var endedAtTheFirstWord = false;
        fixture.Log.Written = id => endedAtTheFirstWord |= id == 1102 && first.Value.IsExpired && second.Value.IsExpired;
        fixture.Runtime.Watch.Tick();
        Assert.True(endedAtTheFirstWord);
    }
}
