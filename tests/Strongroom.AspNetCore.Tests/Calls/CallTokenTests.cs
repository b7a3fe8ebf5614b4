using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Strongroom.AspNetCore.Tests.Support;
using static Strongroom.AspNetCore.Tests.Support.OrderCalls;

namespace Strongroom.AspNetCore.Tests.Calls;

/// <summary>Which calls reach a route, and how the others are answered.</summary>
public sealed class CallTokenTests
{
    [Fact]
    public async Task Call_with_a_fresh_token_reaches_the_route_as_that_caller()
    {
        await using var service = await TestService.StartAsync(MapOrders);

        using var answer = await CallAsync(
            service,
            HttpMethod.Post,
            "/orders",
            await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders")
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("risk_manager", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Call_without_token_is_refused_without_detail()
    {
        await using var service = await TestService.StartAsync(MapOrders);

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", null);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(36)]
    [InlineData(3600)]
    public async Task Call_with_an_old_token_is_refused(int seconds)
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Time.Advance(TimeSpan.FromSeconds(seconds));

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_with_a_token_at_the_end_of_its_life_is_taken()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Time.Advance(TimeSpan.FromSeconds(35));

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Call_with_a_foreign_key_is_refused()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var stranger = new FixedSecretManager(service.Declared);
        var token = await new CallTokenSigner(stranger, "risk_manager", service.Time).SignAsync(
            "execution_gateway",
            HttpMethod.Post,
            "/orders",
            TestContext.Current.CancellationToken
        );

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_of_a_declared_service_that_the_route_does_not_name_is_forbidden()
    {
        await using var service = await TestService.StartAsync(MapOrders);

        using var answer = await CallAsync(
            service,
            HttpMethod.Post,
            "/orders",
            await service.TokenAsync("orchestrator", HttpMethod.Post, "/orders")
        );

        await AssertRefusedAsync(answer, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Call_in_the_name_of_another_caller_is_refused()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = ForgedToken.Sign(
            service.Secrets.Reveal("calls/orchestrator/execution_gateway"),
            ForgedToken.Claims(service.Time.GetUtcNow())
        );

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        await AssertRefusedAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Call_on_a_route_for_anyone_reads_no_key_and_uses_up_no_token()
    {
        await using var service = await TestService.StartAsync(app =>
        {
            MapOrders(app);
            app.MapPost("/open", (HttpContext context) => context.GetCaller() ?? "stranger").AllowAnyone();
        });
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Secrets.Failure = new SecretUnavailableException(SecretErrorCode.Expired, "The hour is over.");
        using var open = await CallAsync(service, HttpMethod.Post, "/open", token);
        service.Secrets.Failure = null;
        using var orders = await CallAsync(service, HttpMethod.Post, "/orders", token);

        Assert.Equal("stranger", await open.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, orders.StatusCode);
    }

    [Fact]
    public async Task Call_that_is_refused_leaves_neither_token_nor_path_in_a_log()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/orders/{id}", () => "ok").AllowCallers("risk_manager")
        );
        var token = Forge(
            service,
            ForgedToken.Claims(service.Time.GetUtcNow(), audience: "market_data", target: "/orders/secretive")
        );

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders/secretive", token);

        Assert.Contains(
            "POST /orders/{id} was refused: the token is for another service",
            service.Logs.All,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(token[^43..], service.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_while_the_key_cannot_be_had_is_answered_503()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        var token = await service.TokenAsync("risk_manager", HttpMethod.Post, "/orders");
        service.Secrets.Failure = new SecretUnavailableException(SecretErrorCode.Expired, "The hour is over.");

        using var answer = await CallAsync(service, HttpMethod.Post, "/orders", token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task SignedCallHandler_signs_each_call_and_takes_the_token_out_again()
    {
        await using var service = await TestService.StartAsync(MapOrders);
        using var http = new HttpClient(
            new SignedCallHandler(new CallTokenSigner(service.Secrets, "risk_manager", service.Time), "execution_gateway")
            {
                InnerHandler = BoundSockets.CreateForCalls(),
            }
        );
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(service.Service, "/orders?status=working%20now&x=%C3%A4")
        );

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(request.Headers.Authorization);
    }
}
