using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.AspNetCore;
using Trading.ServiceDefaults.Tests.Support;

namespace Trading.ServiceDefaults.Tests.Database;

public sealed class DatabaseReplayStoreTests : IDisposable
{
    private readonly ServiceFolder _folder = new();

    [Fact]
    public async Task Webhook_taken_before_a_restart_is_remembered_after_it_until_its_window_ends()
    {
        var ct = TestContext.Current.CancellationToken;
        var now = TimeProvider.System.GetUtcNow();
        await using (var first = await StartAsync())
        {
            var store = first.Services.GetRequiredService<IReplayStore>();
            Assert.Equal(ReplayClaim.Claimed, await store.ClaimAsync("one", now.AddMinutes(5), ct));
            Assert.Equal(ReplayClaim.Claimed, await store.ClaimAsync("old", now.AddMinutes(-5), ct));
            await first.StopAsync(ct);
        }

        await using var second = await StartAsync();
        var after = second.Services.GetRequiredService<IReplayStore>();

        Assert.Equal(ReplayClaim.InProgress, await after.ClaimAsync("one", now.AddMinutes(5), ct));
        Assert.Equal(ReplayClaim.Claimed, await after.ClaimAsync("old", now.AddMinutes(5), ct));
    }

    [Fact]
    public async Task Webhook_that_comes_many_times_at_once_is_taken_once()
    {
        await using var app = await StartAsync();
        var store = app.Services.GetRequiredService<IReplayStore>();
        var until = TimeProvider.System.GetUtcNow().AddMinutes(5);

        var taken = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => store.ClaimAsync("one", until, TestContext.Current.CancellationToken).AsTask())
        );

        Assert.Single(taken, ReplayClaim.Claimed);
    }

    [Fact]
    public async Task Webhook_that_was_forgotten_can_be_taken_again()
    {
        await using var app = await StartAsync();
        var store = app.Services.GetRequiredService<IReplayStore>();
        var ct = TestContext.Current.CancellationToken;
        var until = TimeProvider.System.GetUtcNow().AddMinutes(5);

        Assert.Equal(ReplayClaim.Claimed, await store.ClaimAsync("one", until, ct));
        await store.ForgetAsync("one", ct);

        Assert.Equal(ReplayClaim.Claimed, await store.ClaimAsync("one", until, ct));
        Assert.Equal(ReplayClaim.InProgress, await store.ClaimAsync("one", until, ct));
    }

    [Fact]
    public async Task Webhook_that_was_handled_is_known_as_handled_after_a_restart()
    {
        var ct = TestContext.Current.CancellationToken;
        var until = TimeProvider.System.GetUtcNow().AddMinutes(5);
        await using (var first = await StartAsync())
        {
            var store = first.Services.GetRequiredService<IReplayStore>();
            await store.ClaimAsync("one", until, ct);
            await store.CompleteAsync("one", ct);
            await store.ClaimAsync("two", until, ct);
            await first.StopAsync(ct);
        }

        await using var second = await StartAsync();
        var after = second.Services.GetRequiredService<IReplayStore>();

        Assert.Equal(
            [ReplayClaim.Handled, ReplayClaim.InProgress],
            [await after.ClaimAsync("one", until, ct), await after.ClaimAsync("two", until, ct)]
        );
    }

    [Fact]
    public async Task Webhook_is_remembered_while_the_clock_is_stepped_ahead()
    {
        await using var app = await StartAsync();
        var ct = TestContext.Current.CancellationToken;
        var time = new SteppedTime();
        var store = new DatabaseReplayStore(app.Services.GetRequiredService<Strongroom.Storage.Database>(), time);

        Assert.Equal(ReplayClaim.Claimed, await store.ClaimAsync("one", time.GetUtcNow().AddDays(7), ct));
        time.Step = TimeSpan.FromDays(30);
        Assert.Equal(ReplayClaim.Claimed, await store.ClaimAsync("two", time.GetUtcNow().AddDays(7), ct));
        time.Step = TimeSpan.Zero;

        Assert.Equal(ReplayClaim.InProgress, await store.ClaimAsync("one", time.GetUtcNow().AddDays(7), ct));
    }

    private sealed class SteppedTime : TimeProvider
    {
        internal TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = TradingService.CreateBuilder("execution_gateway", _folder.Arguments());
        builder.AddTradingDatabase(typeof(DatabaseReplayStoreTests).Assembly);
        var app = builder.Build();
        await TradingService.StartAsync(app, TestContext.Current.CancellationToken);
        return app;
    }

    public void Dispose() => _folder.Dispose();
}
