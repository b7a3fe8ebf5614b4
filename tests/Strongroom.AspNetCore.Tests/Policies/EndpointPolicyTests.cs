using System.Net;
using Microsoft.AspNetCore.Builder;
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
}
