using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PaperRun.Report;
using PaperRun.Secrets;
using PaperRun.Services;
using Strongroom;
using Strongroom.Audit;
using Strongroom.Testing;

namespace PaperRun.Runs;

/// <summary>
/// Everything that a run starts, in the order in which it needs it: folder, secrets, its own host, broker, services.
/// </summary>
internal sealed class RunningPlatform : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DateTimeOffset _began;

    private RunningPlatform(
        DateTimeOffset began,
        RunFolder folder,
        ISecretSource secretSource,
        IHost host,
        PaperBroker broker,
        Platform platform
    )
    {
        (_began, Folder, SecretSource, _host, Broker, Platform) = (began, folder, secretSource, host, broker, platform);
    }

    internal RunFolder Folder { get; }

    internal ISecretSource SecretSource { get; }

    internal PaperBroker Broker { get; }

    internal Platform Platform { get; }

    internal ISecretManager Secrets => _host.Services.GetRequiredService<ISecretManager>();

    internal static async Task<RunningPlatform> StartAsync(PaperRunOptions options, Action<string> say, CancellationToken ct)
    {
        var began = TimeProvider.System.GetUtcNow();
        var folder = RunFolder.Create(options.Folder);
        say($"Run folder: {folder.Path}");
        var started = new Stack<IAsyncDisposable>();
        started.Push(new DisposedFolder(folder));
        try
        {
            var secretSource = await SecretSources.PrepareAsync(options, say, ct);
            started.Push(secretSource);
            say($"Secrets: {secretSource.Description}");
            var host = await PaperRunHost.StartAsync(secretSource, folder, ct);
            started.Push(new DisposedHost(host));
            var broker = await StartBrokerAsync(host.Services.GetRequiredService<ISecretManager>(), ct);
            started.Push(broker);
            say($"Paper broker: {broker.Url}");
            var platform = new Platform(folder, secretSource, broker.Url, options);
            started.Push(platform);
            await platform.StartAsync(ct);
            platform.Tell(say);
            say("All five services are ready.");
            return new RunningPlatform(began, folder, secretSource, host, broker, platform);
        }
        catch
        {
            while (started.TryPop(out var one))
                await one.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the services and gives the audit, complete.</summary>
    internal async Task<IAuditStore> StopServicesAsync(CancellationToken ct)
    {
        await Platform.StopAsync();
        var audit = _host.Services.GetRequiredService<IAuditStore>();
        await OwnAccesses.WaitUntilStoredAsync(audit, _began, ct);
        return audit;
    }

    public async ValueTask DisposeAsync()
    {
        using var folder = Folder;
        await Platform.DisposeAsync();
        await Broker.DisposeAsync();
        await new DisposedHost(_host).DisposeAsync();
        await SecretSource.DisposeAsync();
    }

    private static async Task<PaperBroker> StartBrokerAsync(ISecretManager secrets, CancellationToken ct)
    {
        var broker = await PaperBroker.StartAsync(new PaperBrokerOptions(), ct);
        var pair = await secrets.GetAsync([SecretName.Parse("alpaca/api_key_id"), SecretName.Parse("alpaca/api_secret_key")], ct);
        broker.AddKeyPair(new KeyPair(pair[0].Value.Reveal(), pair[1].Value.Reveal()));
        return broker;
    }

    private sealed class DisposedFolder(RunFolder folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A host that is disposed without being stopped loses its last second of audit.</summary>
    private sealed class DisposedHost(IHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }
    }
}
