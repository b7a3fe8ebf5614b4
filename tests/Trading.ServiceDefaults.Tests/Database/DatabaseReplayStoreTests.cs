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
            Assert.True(await store.TryRememberAsync("one", now.AddMinutes(5), ct));
            Assert.True(await store.TryRememberAsync("old", now.AddMinutes(-5), ct));
            await first.StopAsync(ct);
        }

        await using var second = await StartAsync();
        var after = second.Services.GetRequiredService<IReplayStore>();

        Assert.False(await after.TryRememberAsync("one", now.AddMinutes(5), ct));
        Assert.True(await after.TryRememberAsync("old", now.AddMinutes(5), ct));
    }

    [Fact]
    public async Task Webhook_that_comes_many_times_at_once_is_taken_once()
    {
        await using var app = await StartAsync();
        var store = app.Services.GetRequiredService<IReplayStore>();
        var until = TimeProvider.System.GetUtcNow().AddMinutes(5);

        var taken = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ => store.TryRememberAsync("one", until, TestContext.Current.CancellationToken).AsTask())
        );

        Assert.Single(taken, true);
    }

    [Fact]
    public async Task Webhook_that_was_forgotten_can_be_taken_again()
    {
        await using var app = await StartAsync();
        var store = app.Services.GetRequiredService<IReplayStore>();
        var ct = TestContext.Current.CancellationToken;
        var until = TimeProvider.System.GetUtcNow().AddMinutes(5);

        Assert.True(await store.TryRememberAsync("one", until, ct));
        await store.ForgetAsync("one", ct);

        Assert.True(await store.TryRememberAsync("one", until, ct));
        Assert.False(await store.TryRememberAsync("one", until, ct));
    }

    [Fact]
    public async Task Webhook_is_remembered_while_the_clock_is_stepped_ahead()
    {
        await using var app = await StartAsync();
        var ct = TestContext.Current.CancellationToken;
        var time = new SteppedTime();
        var store = new DatabaseReplayStore(app.Services.GetRequiredService<Strongroom.Storage.Database>(), time);

        Assert.True(await store.TryRememberAsync("one", time.GetUtcNow().AddDays(7), ct));
        time.Step = TimeSpan.FromDays(30);
        Assert.True(await store.TryRememberAsync("two", time.GetUtcNow().AddDays(7), ct));
        time.Step = TimeSpan.Zero;

        Assert.False(await store.TryRememberAsync("one", time.GetUtcNow().AddDays(7), ct));
    }

    private sealed class SteppedTime : TimeProvider
    {
        internal TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = TradingService.CreateBuilder("execution_gateway", _folder.Arguments());
        builder.AddTradingDatabase();
        var app = builder.Build();
        await TradingService.StartAsync(app, TestContext.Current.CancellationToken);
        return app;
    }

    public void Dispose() => _folder.Dispose();
}
