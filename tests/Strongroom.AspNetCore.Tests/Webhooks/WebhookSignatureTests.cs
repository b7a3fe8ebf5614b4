using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Strongroom.AspNetCore.Tests.Support;
using static Strongroom.AspNetCore.Tests.Support.WebhookDeliveries;

namespace Strongroom.AspNetCore.Tests.Webhooks;

/// <summary>The three headers of a webhook, and what their signatures cover.</summary>
public sealed class WebhookSignatureTests
{
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
        await using var service = await TestService.StartAsync(MapRuns);
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
    public async Task Webhook_signed_with_the_old_and_the_new_secret_is_taken_before_and_after_the_rotation()
    {
        await using var service = await TestService.StartAsync(MapRuns);
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
            service.Secrets.Put(WebhookSecret, next, "2");
        }
    }

    [Fact]
    public async Task Webhook_with_another_body_time_or_id_is_refused()
    {
        await using var service = await TestService.StartAsync(MapRuns);
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
        await using var service = await TestService.StartAsync(MapRuns);
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
        await using var service = await TestService.StartAsync(MapRuns);
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

    [Fact]
    public async Task Webhook_header_given_twice_is_refused()
    {
        await using var service = await TestService.StartAsync(MapRuns);
        foreach (var header in (string[])["webhook-id", "webhook-timestamp", "webhook-signature"])
        {
            using var request = Request(service, Body, await SignAsync(service, Body));
            request.Headers.TryAddWithoutValidation(header, request.Headers.GetValues(header).Single());

            using var answer = await service.SendAsync(request);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData(256, HttpStatusCode.OK)]
    [InlineData(257, HttpStatusCode.Unauthorized)]
    public async Task Webhook_id_is_bounded(int length, HttpStatusCode expected)
    {
        await using var service = await TestService.StartAsync(MapRuns);
        var id = new string('a', length);
        // Signed as the form says, whatever the length.
        var secret = Encoding.UTF8.GetBytes(service.Secrets.Reveal("webhook/secret"));
        var timestamp = $"{service.Time.GetUtcNow().ToUnixTimeSeconds()}";
        var mac = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{Body}"));

        using var answer = await SendAsync(service, Body, new SignedHeaders(id, timestamp, $"v1,{Convert.ToBase64String(mac)}"));

        Assert.Equal(expected, answer.StatusCode);
    }
}
