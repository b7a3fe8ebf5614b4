using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.AspNetCore.Tests.Support;
using static Strongroom.AspNetCore.Tests.Support.OrderCalls;

namespace Strongroom.AspNetCore.Tests.Calls;

/// <summary>A token that changes something counts once: whatever the clock does, and on whichever instance.</summary>
public sealed class CallTokenUseTests
{
    [Fact]
    public async Task Call_with_a_used_token_is_refused_where_it_changes_something()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var post = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        var get = await service.TokenAsync("risk_manager", HttpMethod.Get, "/orders");

        using var first = await CallAsync(service, HttpMethod.Post, "/orders", post);
        using var second = await CallAsync(service, HttpMethod.Post, "/orders", post);
        using var firstRead = await CallAsync(service, HttpMethod.Get, "/orders", get);
        using var secondRead = await CallAsync(service, HttpMethod.Get, "/orders", get);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK],
            [first.StatusCode, second.StatusCode, firstRead.StatusCode, secondRead.StatusCode]
        );
    }

    [Fact]
    public async Task Call_with_a_token_from_before_the_start_is_refused_where_it_changes_something()
    {
        await using var service = TestService.Build(MapOrders);
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Time.Advance(TimeSpan.FromSeconds(2));
        await service.App.StartAsync(TestContext.Current.CancellationToken);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_whose_handler_failed_has_used_its_token_up()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/orders", string () => throw new InvalidOperationException("The handler failed."))
                .AllowCallers("risk_manager")
        );
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");

        using var first = await CallAsync(service, HttpMethod.Post, "/orders", token);
        using var second = await CallAsync(service, HttpMethod.Post, "/orders", token);

        Assert.Equal([HttpStatusCode.InternalServerError, HttpStatusCode.Unauthorized], [first.StatusCode, second.StatusCode]);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(-60)]
    [InlineData(3600)]
    public async Task Fresh_calls_after_the_clock_was_stepped_are_taken(int seconds)
    {
        await using var service = await TestService.StartAsync(MapOrders);
        service.Time.Advance(TimeSpan.FromMinutes(5));
        service.Time.Step(TimeSpan.FromSeconds(seconds));
        for (var minute = 0; minute < 70; minute++)
        {
            Assert.Equal(HttpStatusCode.OK, await PostAsync(service, await TokenAsync(service)));
            service.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Used_token_whose_window_comes_again_after_the_clock_went_back_is_refused()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = await TokenAsync(service);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(service, token));
        service.Time.Advance(TimeSpan.FromMinutes(5));
        service.Time.Step(TimeSpan.FromMinutes(-50));
        for (var minute = 0; minute < 50; minute++)
        {
            service.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(service, token));
        }
    }

    [Fact]
    public async Task Used_token_after_the_clock_went_ahead_and_back_is_refused()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = await TokenAsync(service);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(service, token));
        for (var step = 0; step < 3; step++)
        {
            service.Time.Step(TimeSpan.FromHours(2));
            Assert.Equal(HttpStatusCode.OK, await PostAsync(service, await TokenAsync(service)));
        }
        service.Time.Step(TimeSpan.FromHours(-6));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(service, token));
    }

    [Fact]
    public async Task Token_from_before_the_start_stays_refused_after_the_clock_was_stepped()
    {
        await using var service = TestService.Build(MapOrders);
        await service.App.StartAsync(TestContext.Current.CancellationToken);
        service.Time.Step(TimeSpan.FromSeconds(-20));
        var token = await TokenAsync(service);
        service.Time.Step(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(service, token));
    }

    [Fact]
    public async Task Token_used_on_one_instance_is_refused_on_another()
    {
        var ids = new SharedUsedIds();
        await using var one = await StartAsync(ids);
        await using var other = await StartAsync(ids);
        // Both have the keys that one had.
        foreach (var secret in other.Declared.Secrets)
            other.Secrets.Put(secret.Name, SecretValue.FromText(one.Secrets.Reveal(secret.Name.ToString())));
        var token = await TokenAsync(one);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(one, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(other, token));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(other, await TokenAsync(one)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_while_the_database_is_away_are_taken_once_each_and_that_is_logged_once(bool known)
    {
        var ids = new SharedUsedIds
        {
            Failure = known
                ? new SecretUnavailableException(SecretErrorCode.Unreachable, "away")
                : new InvalidOperationException("odd"),
        };
        await using var service = await StartAsync(ids);
        for (var call = 0; call < 20; call++)
        {
            var token = await TokenAsync(service);
            Assert.Equal(HttpStatusCode.OK, await PostAsync(service, token));
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(service, token));
        }
        Assert.Equal(1, ids.Asked);

        ids.Failure = null;
        service.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(service, await TokenAsync(service)));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(service, await TokenAsync(service)));
        Assert.Equal(3, ids.Asked);
        Assert.Single(service.Logs.All.Split('\n'), line => line.Contains("from its own memory", StringComparison.Ordinal));
        Assert.Single(service.Logs.All.Split('\n'), line =>
            line.Contains("through the database again", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Call_while_the_database_hangs_waits_for_it_no_longer_than_a_second()
    {
        var hang = new TaskCompletionSource();
        var ids = new SharedUsedIds { Hang = hang.Task };
        await using var service = await StartAsync(ids);
        var call = PostAsync(service, await TokenAsync(service));
        await Waiting.UntilAsync(() => ids.Asked == 1);
        await Waiting.UntilAsync(() => call.IsCompleted, () => service.Time.Advance(TimeSpan.FromMilliseconds(50)));
        Assert.Equal(HttpStatusCode.OK, await call);
        hang.SetResult();
    }

    [Fact]
    public void CallTokenMemory_full_refuses_instead_of_forgetting()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var memory = new UsedCallTokens(time);
        var now = time.GetUtcNow().ToUnixTimeSeconds();

        var taken = Enumerable
            .Range(0, UsedCallTokens.Capacity + 1)
            .Count(i => memory.TryUse(new CallToken("risk_manager", "execution_gateway", now, now + 30, "POST", "/", $"{i}")));

        Assert.Equal(UsedCallTokens.Capacity, taken);
    }

    [Fact]
    public void Memory_full_of_tokens_whose_window_is_over_forgets_the_oldest_and_takes_fresh_ones()
    {
        var time = new SteppedTime();
        var memory = new UsedCallTokens(time);
        for (var i = 0; i < UsedCallTokens.Capacity; i++)
            Assert.True(memory.TryUse(Token(time, i)));
        Assert.False(memory.TryUse(Token(time, -1)));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(memory.TryUse(Token(time, -2)));
    }

    private static CallToken Token(SteppedTime time, int id)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return new CallToken("risk_manager", "execution_gateway", now, now + 30, "POST", "/", $"{id}");
    }

    private static async Task<TestService> StartAsync(IUsedIdStore ids)
    {
        var service = TestService.Build(MapOrders, services: services => services.AddSingleton(ids));
        await service.App.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    private static Task<string> TokenAsync(TestService service) => service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");

    private static async Task<HttpStatusCode> PostAsync(TestService service, string token)
    {
        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);
        return answer.StatusCode;
    }
}
