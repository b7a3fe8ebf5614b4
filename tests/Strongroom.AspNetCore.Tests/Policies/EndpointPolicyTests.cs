using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Policies;

public class EndpointPolicyTests
{
    [Fact]
    public async Task Start_route_without_policy_fails_and_names_the_route()
    {
        await using var service = TestService.Build(app => app.MapPost("/orders/forgotten", () => "ok"));

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.App.StartAsync(TestContext.Current.CancellationToken)
        );

        Assert.Contains("POST /orders/forgotten", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_route_with_two_policies_fails()
    {
        await using var service = TestService.Build(app =>
            app.MapGroup("/x").AllowAnyone().MapGet("/y", () => "ok").AllowCallers("risk_manager")
        );

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.App.StartAsync(TestContext.Current.CancellationToken)
        );

        Assert.Contains("2 policies", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_without_the_guard_fails()
    {
        await using var service = TestService.Build(_ => { }, guard: false);

        await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.App.StartAsync(TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Start_caller_without_declared_key_fails_and_names_the_key()
    {
        await using var service = TestService.Build(app => app.MapGet("/x", () => "ok").AllowCallers("signal_service"));

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            service.App.StartAsync(TestContext.Current.CancellationToken)
        );

        Assert.Contains("calls/signal_service/execution_gateway", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_to_a_route_that_came_without_policy_after_the_start_is_refused()
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.App.MapGet("/late", () => "ok");

        using var answer = await service.GetAsync(service.Service, "/late");

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.NotFound });
    }

    [Fact]
    public async Task Request_with_another_method_tells_nothing_of_the_route()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/orders", () => "ok").AllowCallers("risk_manager")
        );

        using var answer = await service.GetAsync(service.Service, "/orders");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Request_to_what_is_no_route_is_not_found_and_reaches_nothing_behind()
    {
        await using var service = await TestService.StartAsync(app =>
            app.Use((HttpContext context, RequestDelegate _) => context.Response.WriteAsync("reached"))
        );

        using var answer = await service.GetAsync(service.Service, "/nowhere");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(
            """{"title":"Not Found","status":404}""",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Same_path_on_both_listeners_is_two_routes()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/health", () => "public").AllowAnyone());

        using var open = await service.GetAsync(service.Service, "/health");
        using var management = await service.GetAsync(service.Management, "/health");

        Assert.Equal("public", await open.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains(
            "\"service\":\"execution_gateway\"",
            await management.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/orders")]
    [InlineData("/webhook")]
    [InlineData("/operators")]
    public async Task Route_that_runs_before_its_authorization_does_not_answer(string path)
    {
        var reached = false;
        await using var service = TestService.Build(
            app =>
            {
                // Routes are run before UseStrongroom gets to authorize them.
                app.UseRouting();
                app.UseEndpoints(_ => { });
                app.UseStrongroom();
                app.MapPost("/orders", () => reached = true).AllowCallers("risk_manager");
                app.MapPost("/webhook", () => reached = true).AllowSignedWebhook("webhook/secret");
                app.MapPost("/operators", () => reached = true).OnManagementListener();
            },
            guard: false
        );
        await service.App.StartAsync(TestContext.Current.CancellationToken);

        using var answer = await service.Http.PostAsync(
            new Uri(path == "/operators" ? service.Management : service.Service, path),
            null,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.False(reached);
    }

    [Fact]
    public async Task Route_that_is_found_after_its_authorization_does_not_answer()
    {
        var reached = false;
        await using var service = await TestService.StartAsync(app =>
        {
            // After UseStrongroom, which then authorizes before it is known which route is asked for.
            app.UseRouting();
            app.MapPost("/orders", () => reached = true).AllowCallers("risk_manager");
        });

        using var answer = await service.Http.PostAsync(
            new Uri(service.Service, "/orders"),
            null,
            TestContext.Current.CancellationToken
        );

        Assert.False(answer.IsSuccessStatusCode);
        Assert.False(reached);
    }

    [Theory]
    [InlineData("/orders")]
    [InlineData("/webhook")]
    public async Task Route_that_middleware_selects_after_the_authorization_does_not_run(string path)
    {
        var reached = false;
        await using var service = await TestService.StartAsync(app =>
        {
            app.Use(
                (context, next) =>
                {
                    context.SetEndpoint(EndpointOf(app, path));
                    return next(context);
                }
            );
            app.MapPost("/open", () => "ok").AllowAnyone();
            app.MapPost("/orders", () => reached = true).AllowCallers("risk_manager");
            app.MapPost("/webhook", () => reached = true).AllowSignedWebhook("webhook/secret");
        });

        using var answer = await service.Http.PostAsync(
            new Uri(service.Service, "/open"),
            null,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.False(reached);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Route_that_is_executed_again_for_a_status_or_an_exception_asks_for_its_own_caller(bool throws)
    {
        var reached = false;
        await using var service = await TestService.StartAsync(app =>
        {
            if (throws)
                app.UseExceptionHandler("/orders");
            else
                app.UseStatusCodePagesWithReExecute("/orders");
            app.MapPost("/open", () => throws ? throw new InvalidOperationException() : Results.StatusCode(418)).AllowAnyone();
            app.MapPost("/orders", () => reached = true).AllowCallers("risk_manager");
        });

        using var answer = await service.Http.PostAsync(
            new Uri(service.Service, "/open"),
            null,
            TestContext.Current.CancellationToken
        );

        Assert.False(answer.IsSuccessStatusCode);
        Assert.False(reached);
    }

    private static Endpoint EndpointOf(WebApplication app, string path) =>
        ((IEndpointRouteBuilder)app)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Single(endpoint => endpoint.RoutePattern.RawText == path);
}
