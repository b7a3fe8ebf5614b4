using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.AspNetCore.Tests.Support;
using static Strongroom.AspNetCore.Tests.Support.WebhookDeliveries;

namespace Strongroom.AspNetCore.Tests.Webhooks;

/// <summary>A webhook that is delivered again: handled once, and acknowledged once it was handled.</summary>
public sealed class WebhookReplayTests
{
    [Fact]
    public async Task Webhook_sent_again_is_acknowledged_and_not_handled_again()
    {
        var calls = 0;
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/webhooks/runs", () => Interlocked.Increment(ref calls)).AllowSignedWebhook("webhook/secret")
        );
        var signed = await SignAsync(service, Body);
        using var first = await SendAsync(service, Body, signed);

        using var same = await SendAsync(service, Body, signed);
        using var padded = await SendAsync(service, Body, signed with { Signature = $"{signed.Signature} {signed.Signature}" });
        service.Time.Advance(TimeSpan.FromDays(3));
        using var retried = await SendAsync(service, Body, await SignAsync(service, Body, id: signed.Id));
        using var other = await SendAsync(service, Body, await SignAsync(service, Body));

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.OK],
            [first.StatusCode, same.StatusCode, padded.StatusCode, retried.StatusCode, other.StatusCode]
        );
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Webhook_whose_id_is_known_is_acknowledged_only_where_it_is_signed()
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var signed = await SignAsync(service, Body);
        using var first = await SendAsync(service, Body, signed);

        using var forged = await SendAsync(service, Body + " ", signed);

        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Fact]
    public async Task Webhook_from_the_future_is_not_forgotten_before_its_window_ends()
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var signed = await SignAsync(service, Body, 299);
        using var first = await SendAsync(service, Body, signed);
        service.Time.Advance(TimeSpan.FromSeconds(598));

        using var second = await SendAsync(service, Body, signed);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NoContent], [first.StatusCode, second.StatusCode]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(24 * 6)]
    public async Task Webhook_after_the_clock_went_ahead_and_back_is_still_known(int hours)
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var signed = await SignAsync(service, Body);
        using var first = await SendAsync(service, Body, signed);
        service.Time.Step(TimeSpan.FromHours(hours));
        using var other = await SendAsync(service, Body, await SignAsync(service, Body));
        service.Time.Step(TimeSpan.FromHours(-hours));

        using var second = await SendAsync(service, Body, signed);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NoContent],
            [first.StatusCode, other.StatusCode, second.StatusCode]
        );
    }

    [Fact]
    public async Task Webhook_whose_window_comes_again_after_the_clock_went_back_is_still_known()
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var signed = await SignAsync(service, Body);
        using var first = await SendAsync(service, Body, signed);
        service.Time.Advance(TimeSpan.FromHours(1));
        service.Time.Step(TimeSpan.FromHours(-1));

        using var second = await SendAsync(service, Body, signed);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NoContent], [first.StatusCode, second.StatusCode]);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(409)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task Webhook_that_its_handler_refused_can_be_sent_again(int status)
    {
        var calls = 0;
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/webhooks/runs", () => Interlocked.Increment(ref calls) > 1 ? Results.Ok()
                    : status == 0 ? throw new InvalidOperationException()
                    : Results.StatusCode(status))
                .AllowSignedWebhook("webhook/secret")
        );
        var signed = await SignAsync(service, Body);

        using var first = await SendAsync(service, Body, signed);
        using var second = await SendAsync(service, Body, signed);
        using var third = await SendAsync(service, Body, signed);

        Assert.Equal(
            [
                status == 0 ? HttpStatusCode.InternalServerError : (HttpStatusCode)status,
                HttpStatusCode.OK,
                HttpStatusCode.NoContent,
            ],
            [first.StatusCode, second.StatusCode, third.StatusCode]
        );
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Webhook_with_a_body_that_binding_refuses_can_be_sent_again()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/webhooks/runs", (Dictionary<string, string> _) => "ok").AllowSignedWebhook("webhook/secret")
        );
        var signed = await SignAsync(service, "not json");
        using var first = await SendAsync(service, "not json", signed, "application/json");
        using var second = await SendAsync(service, "not json", signed, "application/json");
        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.BadRequest], [first.StatusCode, second.StatusCode]);
    }

    [Fact]
    public async Task Webhook_delivered_twice_at_once_runs_its_handler_once()
    {
        var (calls, release) = (0, new TaskCompletionSource());
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/webhooks/runs", async () =>
                {
                    Interlocked.Increment(ref calls);
                    await release.Task;
                })
                .AllowSignedWebhook("webhook/secret")
        );
        var signed = await SignAsync(service, Body);

        var deliveries = Enumerable.Range(0, 8).Select(_ => SendAsync(service, Body, signed)).ToList();
        // All but the one that is being handled are answered.
        for (var answered = 0; answered < 7; answered++)
            deliveries.Remove(await AnsweredAsync(await Task.WhenAny(deliveries), HttpStatusCode.Conflict));
        release.SetResult();
        await AnsweredAsync(deliveries.Single(), HttpStatusCode.OK);
        await AnsweredAsync(SendAsync(service, Body, signed), HttpStatusCode.NoContent);

        Assert.Equal(1, calls);

        static async Task<Task<HttpResponseMessage>> AnsweredAsync(Task<HttpResponseMessage> delivery, HttpStatusCode status)
        {
            using var answer = await delivery;
            Assert.Equal(status, answer.StatusCode);
            return delivery;
        }
    }

    [Fact]
    public async Task Webhook_that_is_authorized_twice_is_verified_and_handled_once()
    {
        var (authorized, calls) = (0, 0);
        await using var service = await TestService.StartAsync(app =>
        {
            app.Use(
                async (context, next) =>
                {
                    authorized++;
                    // Reads the body, as a request log does.
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                    await next(context);
                }
            );
            app.UseAuthorization();
            app.MapPost("/webhooks/runs", () => Interlocked.Increment(ref calls)).AllowSignedWebhook("webhook/secret");
        });
        var signed = await SignAsync(service, Body);

        using var first = await SendAsync(service, Body, signed);
        using var second = await SendAsync(service, Body, signed);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NoContent], [first.StatusCode, second.StatusCode]);
        Assert.Equal((2, 1), (authorized, calls));
    }

    [Fact]
    public async Task Webhook_whose_result_cannot_be_stored_is_answered_by_its_handler_and_logged_with_its_id()
    {
        await using var service = TestService.Build(MapRuns, services: services =>
            services.AddSingleton<IReplayStore>(new ForgetfulStore())
        );
        await service.App.StartAsync(TestContext.Current.CancellationToken);
        var signed = await SignAsync(service, Body);

        using var answer = await SendAsync(service, Body, signed);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains($"webhook {signed.Id} (200) could not be stored", service.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_whose_handler_ended_with_its_process_is_not_acknowledged_and_not_handled_again()
    {
        var calls = 0;
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/webhooks/runs", () => Interlocked.Increment(ref calls)).AllowSignedWebhook("webhook/secret")
        );
        var signed = await SignAsync(service, Body);
        var replays = service.App.Services.GetRequiredService<IReplayStore>();
        await replays.ClaimAsync(
            $"webhook/secret:{signed.Id}",
            service.Time.GetUtcNow().AddDays(7),
            TestContext.Current.CancellationToken
        );

        using var answer = await SendAsync(service, Body, signed);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains($"Webhook {signed.Id} was answered 409", service.Logs.All, StringComparison.Ordinal);
        Assert.Equal(0, calls);

        // The claim expires with the store's time, and the next attempt runs.
        service.Time.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        using var late = await SendAsync(service, Body, await SignAsync(service, Body, id: signed.Id));
        Assert.Equal((HttpStatusCode.OK, 1), (late.StatusCode, calls));
    }

    [Fact]
    public async Task MemoryReplayStore_full_refuses_the_young_and_forgets_the_old()
    {
        var time = new SteppedTime();
        var store = new MemoryReplayStore(time);
        var ct = TestContext.Current.CancellationToken;
        for (var i = 0; i < MemoryReplayStore.Capacity; i++)
        {
            time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(ReplayClaim.Claimed, await store.ClaimAsync($"{i}", time.GetUtcNow().AddDays(7), ct));
        }
        await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
            await store.ClaimAsync("more", time.GetUtcNow().AddDays(7), ct)
        );
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(ReplayClaim.Claimed, await store.ClaimAsync("more", time.GetUtcNow().AddDays(7), ct));
        Assert.Equal(
            ReplayClaim.InProgress,
            await store.ClaimAsync($"{MemoryReplayStore.Capacity - 1}", time.GetUtcNow().AddDays(7), ct)
        );
    }

    /// <summary>Claims every id, and fails to store a result in a way of its own.</summary>
    private sealed class ForgetfulStore : IReplayStore
    {
        public ValueTask<ReplayClaim> ClaimAsync(string id, DateTimeOffset until, CancellationToken ct) =>
            ValueTask.FromResult(ReplayClaim.Claimed);

        public ValueTask CompleteAsync(string id, CancellationToken ct) => throw new IOException("The store is away.");

        public ValueTask ForgetAsync(string id, CancellationToken ct) => throw new IOException("The store is away.");
    }
}
