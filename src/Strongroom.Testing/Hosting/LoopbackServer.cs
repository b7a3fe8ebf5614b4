using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strongroom.Testing;

/// <summary>
/// Kestrel on 127.0.0.1 with a <see cref="FaultPlan"/> in front. It can close its port and open the same one again.
/// </summary>
internal sealed class LoopbackServer(
    Action<WebApplication> configure,
    FaultPlan faults,
    ILoggerProvider? loggerProvider,
    X509Certificate2? certificate = null
) : IAsyncDisposable
{
    // Bodies of orders and secrets are small; more is a mistake or worse.
    private const long LargestBody = 1 << 20;

    private readonly SemaphoreSlim gate = new(1, 1);
    private WebApplication? app;
    private bool disposed;

    public int Port { get; private set; }

    /// <summary>What is shown from the next opening of the port on; null speaks http.</summary>
    public X509Certificate2? Certificate { get; set; } = certificate;

    public async Task StartAsync(int port, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (app is not null)
                return;
            var built = Build(port);
            try
            {
                await built.StartAsync(ct);
            }
            catch
            {
                await built.DisposeAsync();
                throw;
            }
            app = built;
            Port = new Uri(
                built.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ).Port;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Closes the port and every connection, without waiting for answers under way.</summary>
    public async Task StopAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (app is null)
                return;
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
            app = null;
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        faults.Clear();
        await StopAsync();
        gate.Dispose();
    }

    // The empty builder reads no environment variable and no appsettings.json, which belong to the program around us.
    private WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (loggerProvider is not null)
            builder
                .Logging.SetMinimumLevel(LogLevel.Trace)
                .Services.AddSingleton<ILoggerProvider>(new UndisposedLoggerProvider(loggerProvider));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = LargestBody;
                kestrel.Listen(IPAddress.Loopback, port, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next => connection => AcceptAsync(connection, next));
                    if (Certificate is not null)
                        listen.UseHttps(Https(Certificate));
                });
            });
        var web = builder.Build();
        configure(web);
        return web;
    }

    // Who a client certificate belongs to is for the server behind to find out, so any is let through.
    private static HttpsConnectionAdapterOptions Https(X509Certificate2 certificate) =>
        new()
        {
            ServerCertificate = certificate,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateMode = ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = (_, _, _) => true,
        };

    private Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!faults.RefusesConnections)
            return next(connection);
        ConnectionReset.Prepare(connection.Features);
        connection.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Ctrl-C belongs to the program around us.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>The caller's provider outlives each opening of the port.</summary>
    private sealed class UndisposedLoggerProvider(ILoggerProvider inner) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => inner.CreateLogger(categoryName);

        public void Dispose() { }
    }
}
