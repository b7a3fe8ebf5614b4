using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StandardWebhooks;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Webhooks;

public class WebhookKeyTests
{
    private const string Body = """{"symbols":["SPY"]}""";

    private static readonly SecretName s_secret = SecretName.Parse("webhook/secret");

    internal static SecretValue NewKey(int bytes = 32) =>
        SecretValue.FromText("whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes)));

    [Fact]
    public void Signature_is_that_of_the_example_of_Standard_Webhooks()
    {
        // Published by the specification's own libraries.
        using var secret = SecretValue.FromText("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        var signature = WebhookSignature.Create(
            secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1614265330),
            """{"test": 2432232314}"""u8
        );

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(63)]
    [InlineData(64)]
    public async Task Webhook_signed_by_another_implementation_is_taken(int bytes)
    {
        await using var service = await StartAsync(NewKey(bytes));
        var at = service.Time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Service, "/webhooks/runs"));
        request.Content = new StandardWebhook(service.Secrets.Reveal("webhook/secret")).MakeHttpContent(
            new { symbols = "SPY" },
            "msg_1",
            at
        );

        using var answer = await service.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(64)]
    public void Webhook_signed_here_is_taken_by_another_implementation(int bytes)
    {
        using var secret = NewKey(bytes);
        using var request = new HttpRequestMessage();
        WebhookSignature.Sign(request.Headers, "msg_1", TimeProvider.System.GetUtcNow(), Encoding.UTF8.GetBytes(Body), secret);
        var received = new DefaultHttpContext().Request.Headers;
        foreach (var (header, values) in request.Headers)
            received[header] = values.Single();

        new StandardWebhook(secret.Reveal()).Verify(Body, received);

        Assert.ThrowsAny<Exception>(() => new StandardWebhook(secret.Reveal()).Verify(Body + " ", received));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{23}")]
    [InlineData("{65}")]
    [InlineData("{400}")]
    [InlineData("{32}!")]
    [InlineData("!{32}")]
    [InlineData("{32} more")]
    [InlineData("{unpadded}")]
    [InlineData("{url-safe}")]
    public async Task Start_with_a_malformed_key_names_its_secret_and_what_to_do_and_not_the_value(string form)
    {
        foreach (var length in (int[])[23, 32, 65, 400])
            form = form.Replace(
                $"{{{length}}}",
                Convert.ToBase64String(RandomNumberGenerator.GetBytes(length)),
                StringComparison.Ordinal
            );
        var bytes = RandomNumberGenerator.GetBytes(32);
        bytes[0] = 0xff;
        form = form.Replace("{unpadded}", Convert.ToBase64String(bytes).TrimEnd('='), StringComparison.Ordinal)
            .Replace("{url-safe}", $"{System.Buffers.Text.Base64Url.EncodeToString(bytes)}=", StringComparison.Ordinal);
        await using var service = await StartAsync(SecretValue.FromText("whsec_" + form));

        var fault = await Assert.ThrowsAsync<SecretConfigurationException>(async () => await CheckAsync(service));

        Assert.Equal(SecretErrorCode.ValueInvalid, fault.Code);
        Assert.Contains("'webhook/secret'", Assert.Single(fault.Faults), StringComparison.Ordinal);
        Assert.Contains("24 to 64 bytes in base64", fault.Message, StringComparison.Ordinal);
        Assert.True(form.Length == 0 || !fault.Message.Contains(form, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_that_becomes_malformed_verifies_nothing_and_is_reported()
    {
        await using var service = await StartAsync(NewKey());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Service, "/webhooks/runs"))
        {
            Content = new StringContent(Body),
        };
        var secret = await service.Secrets.GetAsync(s_secret, TestContext.Current.CancellationToken);
        WebhookSignature.Sign(request.Headers, "msg_1", service.Time.GetUtcNow(), Encoding.UTF8.GetBytes(Body), secret.Value);
        service.Secrets.Put(s_secret, NewKey(23));

        using var answer = await service.SendAsync(request);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains(
            "The webhook secret 'webhook/secret' begins with 'whsec_', but",
            service.Logs.All,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Signing_with_a_malformed_key_or_id_is_refused_without_its_value()
    {
        using var bad = NewKey(23);
        using var good = NewKey();

        var key = Assert.Throws<ArgumentException>(() => WebhookSignature.Create(bad, "msg_1", DateTimeOffset.UnixEpoch, []));
        Assert.DoesNotContain(bad.Reveal()["whsec_".Length..], key.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => WebhookSignature.Create(good, "msg.1", DateTimeOffset.UnixEpoch, []));
        Assert.Throws<ArgumentException>(() => WebhookSignature.Create(good, "", DateTimeOffset.UnixEpoch, []));
        using var request = new HttpRequestMessage();
        Assert.Throws<ArgumentException>(() => WebhookSignature.Sign(request.Headers, "msg_1", DateTimeOffset.UnixEpoch, []));
    }

    [Fact]
    public async Task Key_that_is_any_other_text_is_used_as_its_bytes_and_warned_of_once()
    {
        var text = RandomNumberGenerator.GetHexString(40);
        await using var service = await StartAsync(SecretValue.FromText(text));
        await CheckAsync(service);
        for (var i = 0; i < 2; i++)
        {
            var timestamp = service.Time.GetUtcNow().ToUnixTimeSeconds();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Service, "/webhooks/runs"))
            {
                Content = new StringContent(Body),
            };
            request.Headers.Add("webhook-id", $"msg_{i}");
            request.Headers.Add("webhook-timestamp", $"{timestamp}");
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes($"msg_{i}.{timestamp}.{Body}"));
            request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(mac)}");
            using var answer = await service.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var log = service.Logs.All;
        Assert.Single(log.Split('\n'), line =>
            line.Contains("webhook secret 'webhook/secret' does not begin with 'whsec_'", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(text, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_with_a_standard_key_warns_of_nothing()
    {
        await using var service = await StartAsync(NewKey());

        await CheckAsync(service);

        Assert.DoesNotContain("whsec_", service.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_without_the_key_is_left_to_its_declaration()
    {
        await using var service = await StartAsync(NewKey());
        service.Secrets.Failure = new SecretNotFoundException(SecretErrorCode.Missing, "It is missing.", s_secret);

        await CheckAsync(service);
    }

    private static ValueTask CheckAsync(TestService service) =>
        service
            .App.Services.GetServices<IStartCheck>()
            .OfType<WebhookSecretCheck>()
            .Single()
            .CheckAsync(TestContext.Current.CancellationToken);

    private static async Task<TestService> StartAsync(SecretValue key)
    {
        var service = await TestService.StartAsync(app =>
            app.MapPost("/webhooks/runs", () => "ok").AllowSignedWebhook("webhook/secret")
        );
        service.Secrets.Put(s_secret, key);
        return service;
    }
}
