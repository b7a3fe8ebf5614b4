using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>A server on loopback that answers as it is told and keeps the headers of all that it was asked.</summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Method, string Path, Dictionary<string, string> Headers)> _requests = new();

    private RecordingServer(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            _requests.Enqueue(
                (
                    context.Request.Method,
                    context.Request.Path,
                    context.Request.Headers.ToDictionary(
                        header => header.Key,
                        header => header.Value.ToString(),
                        StringComparer.OrdinalIgnoreCase
                    )
                )
            );
            await answer(context);
        });
    }

    internal IReadOnlyList<(string Method, string Path, Dictionary<string, string> Headers)> Requests => [.. _requests];

    internal Uri Address =>
        new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    internal static async Task<RecordingServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var server = new RecordingServer(answer);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    internal static Task Answer(HttpContext context, int status, string body = "{}", string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
