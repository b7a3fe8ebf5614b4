using System.Net;
using System.Net.Sockets;
using PaperRun.Secrets;
using Strongroom;

namespace PaperRun.Services;

/// <summary>The five services on free ports, each with its own secrets.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private static readonly (string Id, string Project, string UrlSetting)[] s_services =
    [
        ("market_data", "MarketDataService", "MARKET_DATA_URL"),
        ("signal_service", "SignalService", "SIGNALS_URL"),
        ("execution_gateway", "ExecutionGateway", "EXECUTION_URL"),
        ("risk_manager", "RiskManager", "RISK_URL"),
        ("orchestrator", "Orchestrator", "ORCHESTRATOR_URL"),
    ];

    private readonly RunFolder _folder;
    private readonly ISecretSource _secretSource;
    private readonly Uri _broker;
    private readonly PaperRunOptions _options;
    private readonly Dictionary<string, Uri> _urls;
    private readonly Dictionary<string, Uri> _managementUrls;
    private readonly List<ServiceProcess> _processes = [];

    internal Platform(RunFolder folder, ISecretSource secretSource, Uri broker, PaperRunOptions options)
    {
        _folder = folder;
        _secretSource = secretSource;
        _broker = broker;
        _options = options;
        var ports = FreePorts(s_services.Length * 2);
        _urls = s_services
            .Select((service, i) => (service.Id, Port: ports[i]))
            .ToDictionary(pair => pair.Id, pair => new Uri($"http://127.0.0.1:{pair.Port}"));
        _managementUrls = s_services
            .Select((service, i) => (service.Id, Port: ports[s_services.Length + i]))
            .ToDictionary(pair => pair.Id, pair => new Uri($"http://127.0.0.1:{pair.Port}"));
    }

    internal static IEnumerable<string> Services => s_services.Select(service => service.Id);

    internal Uri UrlOf(string service) => _urls[service];

    internal Uri ManagementUrlOf(string service) => _managementUrls[service];

    internal int ProcessIdOf(string service) => _processes.Single(process => process.Service == service).Id;

    internal async Task StartAsync(CancellationToken ct)
    {
        foreach (var (id, project, _) in s_services)
            _processes.Add(await StartAsync(id, project, ct));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var others = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var waits = _processes.Select(process => process.WaitUntilReadyAsync(http, others.Token)).ToList();
        try
        {
            // The first that fails is told at once, whatever the others still do.
            await foreach (var wait in Task.WhenEach(waits))
                await wait;
        }
        finally
        {
            await others.CancelAsync();
            await Task.WhenAll(waits).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Gives the work's result, or the error of a service that ended meanwhile.</summary>
    internal async Task<T> UnlessOneEndsAsync<T>(Task<T> work)
    {
        var ended = await Task.WhenAny([work, .. _processes.Select(process => process.WatchAsync())]);
        await ended;
        return await work;
    }

    internal void Tell(Action<string> say)
    {
        foreach (var process in _processes)
            say($"{process.Service}: {process.Url} (process {process.Id}, management {_managementUrls[process.Service]})");
    }

    /// <summary>Stops the drivers before the driven, so that none fails for want of another.</summary>
    internal async Task StopAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
            await process.StopAsync();
    }

    /// <summary>Ends whatever still runs, all at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.StopAsync()));
        foreach (var process in _processes)
            await process.DisposeAsync();
    }

    private async Task<ServiceProcess> StartAsync(string id, string project, CancellationToken ct)
    {
        // Built side by side: artifacts/bin/<project>/<configuration>/.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, project);
        var declaration = SecretDeclaration.Load(Path.Combine(Path.GetDirectoryName(program)!, "secrets.json"));

        var settings = CallerSettings.PassedOn();
        foreach (var (peer, _, setting) in s_services)
            settings[setting] = _urls[peer].GetLeftPart(UriPartial.Authority);
        settings["DEPLOYMENT_ENV"] = "local";
        settings["STRONGROOM_JOURNAL_DIR"] = _folder.Journals;
        settings["STRONGROOM_INSTANCE"] = $"{id}-1";
        settings["XDG_STATE_HOME"] = _folder.State;
        settings["DATABASE_PATH"] = _folder.Database;
        settings["ALPACA_BASE_URL"] = _broker.GetLeftPart(UriPartial.Authority);
        settings["ASPNETCORE_URLS"] = _urls[id].GetLeftPart(UriPartial.Authority);
        settings["MANAGEMENT_URL"] = _managementUrls[id].GetLeftPart(UriPartial.Authority);
        settings["CLOCK_MAX_AGE_MS"] = "0"; // the run moves the clock itself
        settings["LOG_LEVEL"] = _options.LogLevel;
        foreach (
            var (name, value) in (await _secretSource.OpenForAsync(declaration, _folder.Below(id), ct)).Concat(_options.Extra)
        )
            settings[name] = value;
        return ServiceProcess.Start(id, program, _urls[id], Path.Combine(_folder.Path, $"{id}.log"), settings);
    }

    /// <summary>
    /// Below the range from which the kernel serves port 0 and outgoing connections: either may take a port of that range before
    /// the service that was told it listens on it.
    /// </summary>
    private static int[] FreePorts(int count)
    {
        const int First = 10_000,
            End = 20_000;
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(First, End);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                ports.Add(port);
            }
            catch (SocketException)
            {
                // In use; there are others.
            }
        }
        return [.. ports];
    }
}
