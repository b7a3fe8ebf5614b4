using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Webhooks;

public class WebhookTests
{
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
        var signature = await SignAsync(service, Body, -age);

        using var answer = await SendAsync(service, Body, signature);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public async Task Webhook_at_the_edge_of_the_window_is_taken(int age)
    {
        await using var service = await TestService.StartAsync(Map);
        var signature = await SignAsync(service, Body, -age);

        using var answer = await SendAsync(service, Body, signature);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Webhook_sent_again_is_refused_however_it_is_spelled()
    {
        await using var service = await TestService.StartAsync(Map);
        var signature = await SignAsync(service, Body);
        using var first = await SendAsync(service, Body, signature);

        using var same = await SendAsync(service, Body, signature);
        using var upper = await SendAsync(
            service,
            Body,
            signature[..signature.IndexOf("v1=", StringComparison.Ordinal)]
                + "v1="
                + signature[(signature.IndexOf("v1=", StringComparison.Ordinal) + 3)..].ToUpperInvariant()
        );
        using var padded = await SendAsync(service, Body, signature + ",v1=" + new string('0', 64));

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized],
            [first.StatusCode, same.StatusCode, upper.StatusCode, padded.StatusCode]
        );
    }

    [Fact]
    public async Task Webhook_from_the_future_is_not_forgotten_before_its_window_ends()
    {
        await using var service = await TestService.StartAsync(Map);
        var signature = await SignAsync(service, Body, 299);
        using var first = await SendAsync(service, Body, signature);
        service.Time.Advance(TimeSpan.FromSeconds(598));

        using var second = await SendAsync(service, Body, signature);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], [first.StatusCode, second.StatusCode]);
    }

    [Fact]
    public async Task Webhook_with_another_body_or_time_is_refused()
    {
        await using var service = await TestService.StartAsync(Map);
        var signature = await SignAsync(service, Body);
        var later = signature.Replace("t=1", "t=2", StringComparison.Ordinal);

        using var body = await SendAsync(service, Body + " ", signature);
        using var time = await SendAsync(service, Body, later);

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [body.StatusCode, time.StatusCode]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=1767623400")]
    [InlineData("v1=00")]
    [InlineData("t=-1,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=+1767623400,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=99999999999999999999,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=9223372036854775807,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1767623400,t=1767623400,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1767623400,v1=zz00000000000000000000000000000000000000000000000000000000000000")]
    public async Task Webhook_with_a_malformed_signature_is_refused(string? signature)
    {
        await using var service = await TestService.StartAsync(Map);

        using var answer = await SendAsync(service, Body, signature);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Webhook_with_too_large_a_body_is_refused_whether_it_says_so_or_not(bool saysSo)
    {
        await using var service = await TestService.StartAsync(Map);
        var body = new string('x', 1025);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Service, "/webhooks/runs"));
        request.Content = new StringContent(body);
        request.Headers.TransferEncodingChunked = !saysSo;
        request.Headers.TryAddWithoutValidation(WebhookSignature.Header, await SignAsync(service, body));

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
        var signature = await SignAsync(service, Body);
        using var first = await SendAsync(service, Body, signature);
        service.Time.Step(TimeSpan.FromHours(hours));
        using var other = await SendAsync(service, Body, await SignAsync(service, Body));
        service.Time.Step(TimeSpan.FromHours(-hours));

        using var second = await SendAsync(service, Body, signature);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Unauthorized],
            [first.StatusCode, other.StatusCode, second.StatusCode]
        );
    }

    [Fact]
    public async Task Webhook_whose_window_comes_again_after_the_clock_went_back_is_still_known()
    {
        await using var service = await TestService.StartAsync(Map);
        var signature = await SignAsync(service, Body);
        using var first = await SendAsync(service, Body, signature);
        service.Time.Advance(TimeSpan.FromHours(1));
        service.Time.Step(TimeSpan.FromHours(-1));

        using var second = await SendAsync(service, Body, signature);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], [first.StatusCode, second.StatusCode]);
    }

    [Theory]
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
        var signature = await SignAsync(service, Body);

        using var first = await SendAsync(service, Body, signature);
        using var second = await SendAsync(service, Body, signature);
        using var third = await SendAsync(service, Body, signature);

        Assert.Equal(
            [
                status == 0 ? HttpStatusCode.InternalServerError : (HttpStatusCode)status,
                HttpStatusCode.OK,
                HttpStatusCode.Unauthorized,
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
        var signature = await SignAsync(service, "not json");
        using var first = await SendAsync(service, "not json", signature, "application/json");
        using var second = await SendAsync(service, "not json", signature, "application/json");
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
        var signature = await SignAsync(service, Body);

        var deliveries = Enumerable.Range(0, 8).Select(_ => SendAsync(service, Body, signature)).ToList();
        // All but the one that is being handled are answered.
        for (var answered = 0; answered < 7; answered++)
            deliveries.Remove(await AnsweredAsync(await Task.WhenAny(deliveries), HttpStatusCode.Unauthorized));
        release.SetResult();
        await AnsweredAsync(deliveries.Single(), HttpStatusCode.OK);

        Assert.Equal(1, calls);

        static async Task<Task<HttpResponseMessage>> AnsweredAsync(Task<HttpResponseMessage> delivery, HttpStatusCode status)
        {
            using var answer = await delivery;
            Assert.Equal(status, answer.StatusCode);
            return delivery;
        }
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
            Assert.True(await store.TryRememberAsync($"{i}", time.GetUtcNow().AddDays(7), ct));
        }
        Assert.False(await store.TryRememberAsync("more", time.GetUtcNow().AddDays(7), ct));
        time.Advance(TimeSpan.FromHours(2));
        Assert.True(await store.TryRememberAsync("more", time.GetUtcNow().AddDays(7), ct));
        Assert.False(await store.TryRememberAsync($"{MemoryReplayStore.Capacity - 1}", time.GetUtcNow().AddDays(7), ct));
    }

    private static async Task<string> SignAsync(TestService service, string body, int secondsLater = 0)
    {
        var secret = await service.Secrets.GetAsync(SecretName.Parse("webhook/secret"), TestContext.Current.CancellationToken);
        return WebhookSignature.Create(
            secret.Value,
            service.Time.GetUtcNow().AddSeconds(secondsLater),
            Encoding.UTF8.GetBytes(body)
        );
    }

    private static Task<HttpResponseMessage> SendAsync(
        TestService service,
        string body,
        string? signature,
        string type = "text/plain"
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Service, "/webhooks/runs"))
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        if (signature is not null)
            request.Headers.TryAddWithoutValidation(WebhookSignature.Header, signature);
        return service.SendAsync(request);
    }
}
