using System.Net;
using Microsoft.AspNetCore.Builder;
using Strongroom.AspNetCore.Tests.Support;
using Strongroom.Breaker;

namespace Strongroom.AspNetCore.Tests.Health;

public class HealthTests
{
    private const string NoOrders = """{ "service": "signal_service", "secrets": [ { "name": "database/password" } ] }""";

    [Fact]
    public async Task Ready_all_well_is_200_and_says_one_word()
    {
        await using var service = await TestService.StartAsync(_ => { });

        await AssertReadyAsync(service, HttpStatusCode.OK, "ok");
    }

    [Fact]
    public async Task Ready_before_the_first_validation_is_503_starting()
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.Secrets.StateOf = state =>
            state with
            {
                Version = null,
                ValidatedAt = null,
                Condition = BundleCondition.Unavailable,
            };

        await AssertReadyAsync(service, HttpStatusCode.ServiceUnavailable, "starting");
    }

    [Fact]
    public async Task Ready_with_a_failed_fetch_is_200_degraded()
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.Secrets.StateOf = state =>
            state with
            {
                Condition = BundleCondition.Degraded,
                LastError = SecretErrorCode.Unreachable,
            };

        await AssertReadyAsync(service, HttpStatusCode.OK, "degraded");
    }

    [Fact]
    public async Task Ready_without_an_optional_secret_is_200_ok()
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.Secrets.StateOf = state =>
            state.Bundle == "redis/password"
                ? state with
                {
                    Version = null,
                    ValidatedAt = null,
                    Condition = BundleCondition.Unavailable,
                }
                : state;

        await AssertReadyAsync(service, HttpStatusCode.OK, "ok");
    }

    [Fact]
    public async Task Ready_halted_is_503_where_orders_are_taken()
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.Breaker.Permission = CredentialPermission.Halted;

        await AssertReadyAsync(service, HttpStatusCode.ServiceUnavailable, "halted");
    }

    [Fact]
    public async Task Ready_halted_is_200_where_no_orders_are_taken()
    {
        await using var service = await TestService.StartAsync(_ => { }, NoOrders);
        service.Breaker.Permission = CredentialPermission.Halted;

        await AssertReadyAsync(service, HttpStatusCode.OK, "halted");
    }

    [Fact]
    public async Task Ready_with_the_broker_credential_lost_after_the_start_is_unavailable_not_starting()
    {
        await using var service = await TestService.StartAsync(_ => { });
        await AssertReadyAsync(service, HttpStatusCode.OK, "ok");
        service.Secrets.StateOf = state =>
            state with
            {
                Version = null,
                ValidatedAt = null,
                Condition = BundleCondition.Unavailable,
            };

        await AssertReadyAsync(service, HttpStatusCode.ServiceUnavailable, "unavailable");
    }

    [Fact]
    public async Task Live_depends_on_nothing()
    {
        await using var service = await TestService.StartAsync(_ => { });
        service.Secrets.StateOf = _ => throw new InvalidOperationException("The state must not be asked for.");

        using var answer = await service.GetAsync(service.Service, "/health/live");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"status":"ok"}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Drain_makes_the_service_not_ready_and_finishes_what_is_under_way()
    {
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(
            app =>
                app.MapGet("/slow", async () =>
                    {
                        entered.SetResult();
                        await release.Task;
                        return "done";
                    })
                    .AllowAnyone(),
            configure: options => options.DrainDelay = TimeSpan.FromMinutes(1)
        );
        var slow = service.GetAsync(service.Service, "/slow");
        await entered.Task;

        using var drain = await service.Http.PostAsync(
            new Uri(service.Management, "/drain"),
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Accepted, drain.StatusCode);
        var stopping = service.App.StopAsync(TestContext.Current.CancellationToken);
        await AssertReadyAsync(service, HttpStatusCode.ServiceUnavailable, "draining");
        Assert.False(stopping.IsCompleted);
        release.SetResult();
        using var answer = await slow;
        service.Time.Advance(TimeSpan.FromMinutes(1));
        await stopping;

        Assert.Equal("done", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task AssertReadyAsync(TestService service, HttpStatusCode status, string word)
    {
        using var answer = await service.GetAsync(service.Service, "/health/ready");
        Assert.Equal(
            $$"""{"status":"{{word}}"}""",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(status, answer.StatusCode);
    }
}
