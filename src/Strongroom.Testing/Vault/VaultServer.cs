using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Strongroom.Testing.Vault;

namespace Strongroom.Testing;

/// <summary>
/// A Vault on 127.0.0.1 that keeps everything in memory and is configured over its HTTP API, as a real one's. It starts
/// unsealed, with KV version 2 on <c>secret/</c>. A test compares its responses with a real server's.
/// </summary>
public sealed class VaultServer : IAsyncDisposable
{
    private readonly VaultNode node;
    private readonly LoopbackServer server;
    private readonly bool ownsCore;
    private readonly string scheme;

    private VaultServer(VaultServerOptions options, VaultCore core, bool ownsCore)
    {
        (this.ownsCore, scheme) = (ownsCore, options.Certificate is null ? "http" : "https");
        node = new VaultNode(core, options.RequireRequestHeader);
        Faults = new FaultPlan(options.TimeProvider);
        server = new LoopbackServer(Configure, Faults, options.LoggerProvider, options.Certificate);
    }

    /// <summary>The base address.</summary>
    public Uri Url => new($"{scheme}://127.0.0.1:{server.Port}");

    /// <summary>The token that may do everything. It must not be printed unless it is disposable.</summary>
    public string RootToken => node.Core.RootToken;

    /// <summary>The unseal key for <c>sys/unseal</c>.</summary>
    public string UnsealKey => node.Core.UnsealKey;

    /// <summary>The faults that it injects.</summary>
    public FaultPlan Faults { get; }

    /// <summary>Counts of the received requests.</summary>
    public VaultRequestCounts Requests { get; } = new();

    /// <summary>Whether it is sealed.</summary>
    public bool IsSealed => node.IsSealed;

    /// <summary>Whether it is the active server; a standby redirects to it.</summary>
    public bool IsActive => node.IsActive;

    /// <summary>
    /// How far its clock is ahead of the true one. Default zero. Affects <c>Date</c> and all durations.
    /// </summary>
    public TimeSpan ClockSkew
    {
        get => node.Core.Time.Shift;
        set => node.Core.Time.Shift = value;
    }

    /// <summary>Starts a Vault.</summary>
    /// <param name="options">The options; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidOperationException">The deployment is not a local or test one.</exception>
    /// <exception cref="ArgumentException">The options are invalid; all errors are listed.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<VaultServer> StartAsync(
        VaultServerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new VaultServerOptions();
        options.Validate();
        var vault = new VaultServer(options, new VaultCore(options), ownsCore: true);
        vault.node.Core.Active = vault.node;
        await vault.ListenAsync(options.Port, cancellationToken);
        return vault;
    }

    /// <summary>
    /// Starts a second server of the same cluster, which redirects to the active one until <see cref="TakeOver"/>. It shares
    /// secrets, tokens and clock with this one, and ends before it.
    /// </summary>
    /// <param name="options">Port, certificate and logs; the rest is the cluster's.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<VaultServer> StartStandbyAsync(
        VaultServerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new VaultServerOptions();
        options.Validate();
        var standby = new VaultServer(options, node.Core, ownsCore: false);
        node.Core.HasStandby = true;
        await standby.ListenAsync(options.Port, cancellationToken);
        return standby;
    }

    /// <summary>Makes this the active server of its cluster; the other becomes a standby.</summary>
    public void TakeOver() => node.Core.Active = node;

    /// <summary>Seals it: health says 503, and so does everything else. Tokens and secrets are kept.</summary>
    public void Seal() => node.IsSealed = true;

    /// <summary>Unseals it.</summary>
    public void Unseal() => node.IsSealed = false;

    /// <summary>
    /// Waits until the database logins of expired leases and tokens are dropped, which happens in the background.
    /// </summary>
    public Task SettleLeasesAsync() => node.Core.Leases.SettleAsync();

    /// <summary>Closes the port, so that connections are refused; secrets, tokens and configuration are kept.</summary>
    public Task StopListeningAsync() => server.StopAsync();

    /// <summary>Opens the same port again.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task ListenAgainAsync(CancellationToken cancellationToken = default) =>
        server.StartAsync(server.Port, cancellationToken);

    /// <summary>Closes every connection and presents another certificate from now on, such as an expired one.</summary>
    /// <param name="certificate">The certificate with its key.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidOperationException">It was started without a certificate and serves http.</exception>
    public async Task ChangeCertificateAsync(X509Certificate2 certificate, CancellationToken cancellationToken = default)
    {
        if (server.Certificate is null)
            throw new InvalidOperationException(
                $"This Vault speaks http. Start it with {nameof(VaultServerOptions)}.{nameof(VaultServerOptions.Certificate)}."
            );
        await server.StopAsync();
        server.Certificate = certificate;
        await server.StartAsync(server.Port, cancellationToken);
    }

    /// <summary>Closes the port permanently and revokes all leases.</summary>
    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        if (ownsCore)
            await node.Core.DisposeAsync();
    }

    private async Task ListenAsync(int port, CancellationToken ct)
    {
        await server.StartAsync(port, ct);
        node.Url = Url;
    }

    // Outermost first: whose request, count, faults, then Vault itself. A fault strikes as a proxy's would.
    private void Configure(WebApplication app)
    {
        app.Use(Gate.RefuseForeignHostsAsync);
        app.Use(CountAsync);
        app.UseFaults(Faults);
        var endpoint = new VaultEndpoint(node);
        app.Run(endpoint.AnswerAsync);
    }

    private async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        Requests.Begin();
        var counted = false;
        // Counted before the first byte is sent, so that a client that has its response finds it counted.
        context.Response.OnStarting(() =>
        {
            Count(context.Response.StatusCode);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            Count(context.RequestAborted.IsCancellationRequested ? 0 : context.Response.StatusCode);
        }

        void Count(int status)
        {
            var path = context.Request.Path.Value ?? "";
            if (!counted)
                Requests.Add(
                    context.Connection.Id,
                    context.Request.Method,
                    path.StartsWith("/v1/", StringComparison.Ordinal) ? path[4..] : path,
                    status
                );
            counted = true;
        }
    }
}
