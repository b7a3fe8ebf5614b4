using Microsoft.Extensions.Time.Testing;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>The loop is started, restarted and disposed of by threads that know nothing of each other.</summary>
public sealed class RefreshLoopTests : IDisposable
{
    // A tick that is longer than the two intervals after which a loop counts as stalled, so that time passes without a round.
    private static readonly CacheSettings s_settings = new()
    {
        Refresh = TimeSpan.FromSeconds(1),
        Tick = TimeSpan.FromMinutes(1),
    };

    private readonly FakeTimeProvider _time = new();
    private readonly CollectingLoggerProvider _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Restart_by_eight_threads_at_once_starts_one_loop()
    {
        using var fetcher = Fetcher();
        for (var round = 1; round <= 200; round++)
        {
            using var refresh = Loop(fetcher);
            Stall(refresh);
            TestThreads.AtOnce([.. Enumerable.Repeat<Action>(refresh.Restart, 8)]);
            Assert.False(refresh.NeedsRestart);
            Assert.Equal(round, _log.Count(1106));
        }
    }

    [Fact]
    public void Restart_and_dispose_at_once_throw_nothing()
    {
        using var fetcher = Fetcher();
        for (var round = 0; round < 500; round++)
        {
            var refresh = Loop(fetcher);
            Stall(refresh);
            TestThreads.AtOnce(refresh.Restart, refresh.Dispose);
            refresh.Restart();
            refresh.CheckAlive();
        }
    }

    private BundleFetcher Fetcher() => new(new ProgrammableBackend(), new ElapsedClock(_time), new(), () => [], _ => { }, _log);

    private RefreshLoop Loop(BundleFetcher fetcher) =>
        new([], fetcher, new ElapsedClock(_time, () => TimeSpan.Zero), s_settings, _log);

    private void Stall(RefreshLoop refresh)
    {
        refresh.Start();
        refresh.Kill();
        _time.Advance(s_settings.Refresh * 2);
        refresh.CheckAlive();
        Assert.True(refresh.NeedsRestart);
    }
}
