using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Webhooks;

public class WebhookTests
{
    private static readonly SecretName s_secret = SecretName.Parse("webhook/secret");

    private const string Body = """{"symbols":["SPY"]}""";

    private static void Map(WebApplication app) =>
        app.MapPost("/webhooks/runs", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                return await reader.ReadToEndAsync(context.RequestAborted);
            })
            .AllowSignedWebhook("webhook/secret", maxBodyBytes: 1024);

    [Fact]
    public async Task Webhook_signed_now_reaches_the_route_with_its_body()
    {
        await using var service = await TestService.StartAsync(Map);

        using var answer = await SendAsync(service, Body, await SignAsync(service, Body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Body, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(-301)]
    public async Task Webhook_outside_of_the_window_is_refused(int age)
    {
        await using var service = await TestService.StartAsync(Map);
        var signed = await SignAsync(service, Body, -age);

        using var answer = await SendAsync(service, Body, signed);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public async Task Webhook_at_the_edge_of_the_window_is_taken(int age)
    {
        await using var service = await TestService.StartAsync(Map);
        var signed = await SignAsync(service, Body, -age);

        using var answer = await SendAsync(service, Body, signed);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

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
        await using var service = await TestService.StartAsync(Map);
        var signed = await SignAsync(service, Body);
        using var first = await SendAsync(service, Body, signed);

        using var forged = await SendAsync(service, Body + " ", signed);

        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Fact]
    public async Task Webhook_from_the_future_is_not_forgotten_before_its_window_ends()
    {
        await using var service = await TestService.StartAsync(Map);
        var signed = await SignAsync(service, Body, 299);
        using var first = await SendAsync(service, Body, signed);
        service.Time.Advance(TimeSpan.FromSeconds(598));

        using var second = await SendAsync(service, Body, signed);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NoContent], [first.StatusCode, second.StatusCode]);
    }

    [Fact]
    public async Task Webhook_with_another_body_time_or_id_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        var signed = await SignAsync(service, Body);

        using var body = await SendAsync(service, Body + " ", signed);
        using var time = await SendAsync(
            service,
            Body,
            signed with
            {
                Timestamp = $"{long.Parse(signed.Timestamp!, CultureInfo.InvariantCulture) + 1}",
            }
        );
        using var id = await SendAsync(service, Body, signed with { Id = signed.Id + "1" });

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized],
            [body.StatusCode, time.StatusCode, id.StatusCode]
        );
    }

    [Fact]
    public async Task Webhook_whose_body_was_moved_into_its_id_under_the_same_signature_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        var body = $"{service.Time.GetUtcNow().ToUnixTimeSeconds()}.{Body}";
        var signed = await SignAsync(service, body);
        using var first = await SendAsync(service, body, signed);

        using var moved = await SendAsync(service, Body, signed with { Id = $"{signed.Id}.{signed.Timestamp}" });

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], [first.StatusCode, moved.StatusCode]);
    }

    [Theory]
    [InlineData("webhook-id", null)]
    [InlineData("webhook-id", "")]
    [InlineData("webhook-id", "msg.1")]
    [InlineData("webhook-id", "msg 1")]
    [InlineData("webhook-id", "m\u00fcnze")]
    [InlineData("webhook-id", "msg\uff11")]
    [InlineData("webhook-timestamp", null)]
    [InlineData("webhook-timestamp", "")]
    [InlineData("webhook-timestamp", "{time}.0")]
    [InlineData("webhook-timestamp", "+{time}")]
    [InlineData("webhook-timestamp", "0{time}")]
    [InlineData("webhook-timestamp", "{time}abc")]
    [InlineData("webhook-timestamp", "0x65")]
    [InlineData("webhook-timestamp", "-1")]
    [InlineData("webhook-timestamp", "99999999999999999999")]
    [InlineData("webhook-timestamp", "9223372036854775807")]
    [InlineData("webhook-signature", null)]
    [InlineData("webhook-signature", "")]
    [InlineData("webhook-signature", "v1,")]
    [InlineData("webhook-signature", "{mac}")]
    [InlineData("webhook-signature", "v1={mac}")]
    [InlineData("webhook-signature", "v2,{mac}")]
    [InlineData("webhook-signature", "v1a,{mac}")]
    [InlineData("webhook-signature", "v1,{mac}=")]
    [InlineData("webhook-signature", "v1,AAAA{mac}")]
    [InlineData("webhook-signature", "v1,{mac},v1,{mac}")]
    [InlineData("webhook-signature", "v1,{mac}\tv1,{mac}")]
    [InlineData("webhook-signature", "V1,{mac}")]
    public async Task Webhook_with_a_malformed_header_is_refused(string header, string? text)
    {
        await using var service = await TestService.StartAsync(Map);
        var signed = await SignAsync(service, Body);
        text = text
            ?.Replace("{time}", signed.Timestamp, StringComparison.Ordinal)
            .Replace("{mac}", signed.Signature!["v1,".Length..], StringComparison.Ordinal);

        using var answer = await SendAsync(
            service,
            Body,
            header switch
            {
                "webhook-id" => signed with { Id = text },
                "webhook-timestamp" => signed with { Timestamp = text },
                _ => signed with { Signature = text },
            }
        );

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
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
            Map(app);
            app.MapPost("/other", () => reached = true).AllowSignedWebhook("redis/password");
        });

        using var answer = await SendAsync(service, Body, await SignAsync(service, Body));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.False(reached);
    }

    [Fact]
    public async Task Webhook_whose_result_cannot_be_stored_is_answered_by_its_handler_and_logged_with_its_id()
    {
        await using var service = TestService.Build(Map, services: services =>
            services.AddSingleton<IReplayStore>(new ForgetfulStore())
        );
        await service.App.StartAsync(TestContext.Current.CancellationToken);
        var signed = await SignAsync(service, Body);

        using var answer = await SendAsync(service, Body, signed);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains($"webhook {signed.Id} (200) could not be stored", service.Logs.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, HttpStatusCode.OK)]
    [InlineData(257, HttpStatusCode.Unauthorized)]
    public async Task Webhook_id_is_bounded(int length, HttpStatusCode expected)
    {
        await using var service = await TestService.StartAsync(Map);
        var id = new string('a', length);
        // Signed as the form says, whatever the length.
        var secret = Encoding.UTF8.GetBytes(service.Secrets.Reveal("webhook/secret"));
        var timestamp = $"{service.Time.GetUtcNow().ToUnixTimeSeconds()}";
        var mac = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{Body}"));

        using var answer = await SendAsync(service, Body, new Signed(id, timestamp, $"v1,{Convert.ToBase64String(mac)}"));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("v1a,AAAA {own}", HttpStatusCode.OK)]
    [InlineData("{other} {own}", HttpStatusCode.OK)]
    [InlineData("{own}  {other}", HttpStatusCode.OK)]
    [InlineData("{15 others} {own}", HttpStatusCode.OK)]
    [InlineData("{16 others} {own}", HttpStatusCode.Unauthorized)]
    [InlineData("{own} v1a,{2048}", HttpStatusCode.Unauthorized)]
    [InlineData("{other}", HttpStatusCode.Unauthorized)]
    [InlineData("{other} v1,x", HttpStatusCode.Unauthorized)]
    public async Task Webhook_is_taken_where_one_of_a_bounded_list_of_signatures_fits(string signatures, HttpStatusCode expected)
    {
        await using var service = await TestService.StartAsync(Map);
        var signed = await SignAsync(service, Body);
        var other = $"v1,{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
        signatures = signatures
            .Replace("{own}", signed.Signature, StringComparison.Ordinal)
            .Replace("{other}", other, StringComparison.Ordinal)
            .Replace("{15 others}", string.Join(' ', Enumerable.Repeat(other, 15)), StringComparison.Ordinal)
            .Replace("{16 others}", string.Join(' ', Enumerable.Repeat(other, 16)), StringComparison.Ordinal)
            .Replace("{2048}", new string('A', 2048), StringComparison.Ordinal);

        using var answer = await SendAsync(service, Body, signed with { Signature = signatures });

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Webhook_header_given_twice_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        foreach (var header in (string[])["webhook-id", "webhook-timestamp", "webhook-signature"])
        {
            using var request = Request(service, Body, await SignAsync(service, Body));
            request.Headers.TryAddWithoutValidation(header, request.Headers.GetValues(header).Single());

            using var answer = await service.SendAsync(request);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Webhook_signed_with_the_old_and_the_new_secret_is_taken_before_and_after_the_rotation()
    {
        await using var service = await TestService.StartAsync(Map);
        using var next = WebhookKeyTests.NewKey();
        for (var rotated = 0; rotated < 2; rotated++)
        {
            using var request = Request(service, Body, null);
            var current = await SecretAsync(service);
            WebhookSignature.Sign(
                request.Headers,
                $"msg_{rotated}",
                service.Time.GetUtcNow(),
                Encoding.UTF8.GetBytes(Body),
                current,
                next
            );

            using var answer = await service.SendAsync(request);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            service.Secrets.Put(s_secret, next, "2");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Webhook_with_too_large_a_body_is_refused_whether_it_says_so_or_not(bool saysSo)
    {
        await using var service = await TestService.StartAsync(Map);
        var body = new string('x', 1025);
        using var request = Request(service, body, await SignAsync(service, body));
        request.Headers.TransferEncodingChunked = !saysSo;

        using var answer = await service.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Webhook_of_the_largest_size_is_taken()
    {
        await using var service = await TestService.StartAsync(Map);
        var body = new string('x', 1024);

        using var answer = await SendAsync(service, body, await SignAsync(service, body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(24 * 6)]
    public async Task Webhook_after_the_clock_went_ahead_and_back_is_still_known(int hours)
    {
        await using var service = await TestService.StartAsync(Map);
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
        await using var service = await TestService.StartAsync(Map);
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

    private sealed record Signed(string? Id, string? Timestamp, string? Signature);

    private static async Task<SecretValue> SecretAsync(TestService service) =>
        (await service.Secrets.GetAsync(s_secret, TestContext.Current.CancellationToken)).Value;

    private static async Task<Signed> SignAsync(TestService service, string body, int secondsLater = 0, string? id = null)
    {
        id ??= $"msg_{Guid.NewGuid():N}";
        var at = service.Time.GetUtcNow().AddSeconds(secondsLater);
        return new Signed(
            id,
            $"{at.ToUnixTimeSeconds()}",
            WebhookSignature.Create(await SecretAsync(service), id, at, Encoding.UTF8.GetBytes(body))
        );
    }

    private static HttpRequestMessage Request(TestService service, string body, Signed? signed, string type = "text/plain")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Service, "/webhooks/runs"))
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        foreach (
            var (header, text) in new[]
            {
                ("webhook-id", signed?.Id),
                ("webhook-timestamp", signed?.Timestamp),
                ("webhook-signature", signed?.Signature),
            }
        )
        {
            if (text is not null)
                request.Headers.TryAddWithoutValidation(header, text);
        }
        return request;
    }

    private static Task<HttpResponseMessage> SendAsync(
        TestService service,
        string body,
        Signed? signed,
        string type = "text/plain"
    ) => service.SendAsync(Request(service, body, signed, type));
}
