using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Strongroom.Aws.Tests.Support;

/// <summary>
/// Stands before a peer that cannot misbehave, or whose requests are looked at: cuts, denies, and keeps what came by.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private static readonly HttpClient s_http = new();

    private readonly WebApplication _app;
    private readonly Uri _behind;

    private Relay(WebApplication app, Uri behind) => (_app, _behind) = (app, behind);

    public Uri Url => new(_app.Urls.First());

    public bool IsCut { get; set; }

    public ConcurrentDictionary<string, bool> Denied { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<RelayedRequest> Requests { get; } = [];

    public static async Task<Relay> StartAsync(Uri behind)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1)
        );
        var app = builder.Build();
        var relay = new Relay(app, behind);
        app.Run(relay.PassOnAsync);
        await app.StartAsync();
        return relay;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task PassOnAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new RelayedRequest(
            context.Request.Method,
            Url.ToString(),
            context.Request.Headers.ToDictionary(
                header => header.Key,
                header => header.Value.ToString(),
                StringComparer.OrdinalIgnoreCase
            ),
            body.ToArray()
        );
        Requests.Enqueue(request);
        if (IsCut)
        {
            context.Abort();
            return;
        }
        if (
            request.Operation == "GetSecretValue"
            && JsonNode.Parse(request.Body)?["SecretId"]?.GetValue<string>() is { } id
            && Denied.ContainsKey(id)
        )
        {
            context.Response.StatusCode = 400;
            context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
            await context.Response.WriteAsync("""{"__type":"AccessDeniedException","Message":"not authorized"}""");
            return;
        }
        using var message = new HttpRequestMessage(HttpMethod.Post, _behind) { Content = new ByteArrayContent(request.Body) };
        // It is signed.
        message.Headers.Host = request.Headers["Host"];
        foreach (
            var (name, value) in request.Headers.Where(header => !header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase))
        )
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value);
        }
        using var answer = await s_http.SendAsync(message);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Where(header => header.Key.StartsWith("x-amz", StringComparison.OrdinalIgnoreCase)))
            context.Response.Headers[header.Key] = string.Join(',', header.Value);
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
    }
}

internal sealed record RelayedRequest(string Method, string Url, Dictionary<string, string> Headers, byte[] Body)
{
    public string Operation => Headers.GetValueOrDefault("X-Amz-Target", "").Split('.')[^1];
}
