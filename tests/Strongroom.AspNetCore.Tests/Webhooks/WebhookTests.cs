using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Strongroom.AspNetCore.Tests.Support;
using static Strongroom.AspNetCore.Tests.Support.WebhookDeliveries;

namespace Strongroom.AspNetCore.Tests.Webhooks;

/// <summary>Which webhooks reach a route, by their age, their size and their secret.</summary>
public sealed class WebhookTests
{
    [Fact]
    public async Task Webhook_signed_now_reaches_the_route_with_its_body()
    {
        await using var service = await TestService.StartAsync(MapRuns);

        using var answer = await SendAsync(service, Body, await SignAsync(service, Body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Body, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(-301)]
    public async Task Webhook_outside_of_the_window_is_refused(int age)
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var signed = await SignAsync(service, Body, -age);

        using var answer = await SendAsync(service, Body, signed);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public async Task Webhook_at_the_edge_of_the_window_is_taken(int age)
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var signed = await SignAsync(service, Body, -age);

        using var answer = await SendAsync(service, Body, signed);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task AllowSignedWebhook_with_a_body_limit_that_no_memory_holds_is_refused(int limit)
    {
        await using var service = TestService.Build(app =>
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                app.MapPost("/webhooks/runs", () => "ok").AllowSignedWebhook("webhook/secret", limit)
            )
        );
    }

    [Fact]
    public async Task Webhook_is_not_delivered_to_a_route_of_another_secret()
    {
        var reached = false;
        await using var service = await TestService.StartAsync(app =>
        {
            app.Use(
                (context, next) =>
                {
                    context.SetEndpoint(
                        ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app)
                            .DataSources.SelectMany(source => source.Endpoints)
                            .Single(endpoint => endpoint.DisplayName?.Contains("/other", StringComparison.Ordinal) == true)
                    );
                    return next(context);
                }
            );
            MapRuns(app);
            app.MapPost("/other", () => reached = true).AllowSignedWebhook("redis/password");
        });

        using var answer = await SendAsync(service, Body, await SignAsync(service, Body));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.False(reached);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Webhook_with_too_large_a_body_is_refused_whether_it_says_so_or_not(bool saysSo)
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var body = new string('x', 1025);
        using var request = Request(service, body, await SignAsync(service, body));
        request.Headers.TransferEncodingChunked = !saysSo;

        using var answer = await service.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Webhook_of_the_largest_size_is_taken()
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var body = new string('x', 1024);

        using var answer = await SendAsync(service, body, await SignAsync(service, body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
