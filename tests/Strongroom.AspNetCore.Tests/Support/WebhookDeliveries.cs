using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>A service with a route for webhooks, and signed deliveries to it.</summary>
internal static class WebhookDeliveries
{
    internal static readonly SecretName WebhookSecret = SecretName.Parse("webhook/secret");

    internal const string Body = """{"symbols":["SPY"]}""";

    internal static void MapRuns(WebApplication app) =>
        app.MapPost("/webhooks/runs", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                return await reader.ReadToEndAsync(context.RequestAborted);
            })
            .AllowSignedWebhook("webhook/secret", maxBodyBytes: 1024);

    internal static async Task<SecretValue> SecretAsync(TestService service) =>
        (await service.Secrets.GetAsync(WebhookSecret, TestContext.Current.CancellationToken)).Value;

    internal static async Task<SignedHeaders> SignAsync(TestService service, string body, int secondsLater = 0, string? id = null)
    {
        id ??= $"msg_{Guid.NewGuid():N}";
        var at = service.Time.GetUtcNow().AddSeconds(secondsLater);
        return new SignedHeaders(
            id,
            $"{at.ToUnixTimeSeconds()}",
            WebhookSignature.Create(await SecretAsync(service), id, at, Encoding.UTF8.GetBytes(body))
        );
    }

    internal static HttpRequestMessage Request(
        TestService service,
        string body,
        SignedHeaders? signed,
        string type = "text/plain"
    )
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

    internal static Task<HttpResponseMessage> SendAsync(
        TestService service,
        string body,
        SignedHeaders? signed,
        string type = "text/plain"
    ) => service.SendAsync(Request(service, body, signed, type));
}

/// <summary>The headers of a delivery; one that is null is not sent.</summary>
internal sealed record SignedHeaders(string? Id, string? Timestamp, string? Signature);
