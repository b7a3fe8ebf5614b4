using System.Text.Json;
using PaperRun.Tests.Support;
using Strongroom.Peers;
using Strongroom.Testing;

namespace PaperRun.Tests.CrashRecovery;

/// <summary>
/// The broker in this process and the five services in theirs, each under its supervisor and with its own secrets.
/// </summary>
internal sealed class SupervisedPlatform : IAsyncDisposable
{
    private static readonly (string Service, string Setting)[] s_services =
    [
        ("market_data", "MARKET_DATA_URL"),
        ("signal_service", "SIGNALS_URL"),
        ("execution_gateway", "EXECUTION_URL"),
        ("risk_manager", "RISK_URL"),
        ("orchestrator", "ORCHESTRATOR_URL"),
    ];

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(25);

    private readonly RunLocation _location = new();
    private readonly Uri[] _urls =
    [
        .. Enumerable.Range(0, s_services.Length * 2).Select(_ => new Uri($"http://127.0.0.1:{FreePorts.Take()}")),
    ];
    private readonly Dictionary<string, Supervisor> _supervisors = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(20) };

    private SupervisedPlatform(PaperBroker broker)
    {
        Broker = broker;
        Calls = new SignedCalls(_http, _location, UrlOf("orchestrator"), UrlOf("execution_gateway"));
        Records = new DatabaseRecords(_location.Database);
    }

    internal PaperBroker Broker { get; }

    internal RunLocation Location => _location;

    /// <summary>How long it took until all five were ready, which says how fast the machine is today.</summary>
    internal TimeSpan StartTime { get; private set; }

    internal SignedCalls Calls { get; }

    internal DatabaseRecords Records { get; }

    /// <summary>The key pair that the gateway was started with; market data has another one.</summary>
    internal KeyPair GatewayPair { get; private set; } = null!;

    internal IReadOnlyList<string> OwnEnds => [.. _supervisors.Values.SelectMany(supervisor => supervisor.OwnEnds)];

    internal Supervisor this[string service] => _supervisors[service];

    internal static IReadOnlyList<string> Services { get; } = [.. s_services.Select(service => service.Service)];

    internal static async Task<SupervisedPlatform> StartAsync(
        IReadOnlyDictionary<string, string> settings,
        params (string Name, string? Value)[] secrets
    )
    {
        var platform = await PrepareAsync();
        platform.GatewayPair = platform.Broker.IssueKeyPair();
        var dataPair = platform.Broker.IssueKeyPair();
        platform._location.WriteDotenv(secrets);
        foreach (var service in Services)
            platform.WriteSecretsOf(service, service == "market_data" ? dataPair : platform.GatewayPair);
        await platform.StartServicesAsync(_ => settings);
        return platform;
    }

    /// <summary>The broker, a place and ports; no secrets and no service yet.</summary>
    internal static async Task<SupervisedPlatform> PrepareAsync() => new(await PaperBroker.StartAsync(new PaperBrokerOptions()));

    internal async Task StartServicesAsync(Func<string, IReadOnlyDictionary<string, string>> settingsOf)
    {
        var began = TimeProvider.System.GetTimestamp();
        foreach (var service in Services)
            _supervisors[service] = new Supervisor(service, SettingsOf(service, settingsOf(service)));
        foreach (var service in Services)
            await WaitUntilReadyAsync(service);
        StartTime = TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Ends a service in order and starts it with other settings, while the others go on.</summary>
    internal async Task RestartAsync(string service, IReadOnlyDictionary<string, string> settings)
    {
        await _supervisors[service].RestartAsync(SettingsOf(service, settings));
        await WaitUntilReadyAsync(service);
    }

    /// <summary>A start that is expected to fail, beside the service that runs; the exit code and what it said.</summary>
    internal async Task<(int ExitCode, string Errors)> TryStartAsync(string service, IReadOnlyDictionary<string, string> settings)
    {
        var program = Programs.OfService(service);
        await using var process = ProgramProcess.Start(program, Path.GetDirectoryName(program)!, SettingsOf(service, settings));
        return (await process.WaitForExitAsync(TimeSpan.FromSeconds(60)), process.Errors);
    }

    /// <summary>What the management listener answers.</summary>
    internal Task<string> ReadManagementAsync(string service, string path) =>
        _http.GetStringAsync(new Uri(ManagementUrlOf(service), path));

    /// <summary>Gives a service what it declares, with a key pair of the broker's.</summary>
    internal void WriteSecretsOf(string service, KeyPair pair)
    {
        var all = RunLocation.Read(_location.Dotenv);
        (all["ALPACA_API_KEY_ID"], all["ALPACA_API_SECRET_KEY"]) = (pair.KeyId, pair.Secret);
        using var declaration = JsonDocument.Parse(File.ReadAllBytes(Programs.DeclarationOf(service)));
        var names = declaration
            .RootElement.GetProperty("secrets")
            .EnumerateArray()
            .Select(secret => secret.GetProperty("name").GetString()!.Replace('/', '_').ToUpperInvariant());
        Directory.CreateDirectory(
            Path.GetDirectoryName(_location.DotenvOf(service))!,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        RunLocation.WritePrivate(
            _location.DotenvOf(service),
            string.Concat(names.Where(all.ContainsKey).Select(name => $"{name}={all[name]}\n"))
        );
    }

    internal async Task WaitUntilReadyAsync(string service) =>
        await UntilAsync($"{service} is ready", TimeSpan.FromMinutes(2), async () =>
        {
            using var answer = await _http.GetAsync(new Uri(UrlOf(service), "/health/ready"));
            return answer.IsSuccessStatusCode;
        });

    /// <summary>Polls the condition; a service that does not answer is asked again.</summary>
    internal async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                if (await isSo())
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // It is being killed, or starts again.
            }
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < limit,
                $"Not so within {limit.TotalSeconds:0} s: {what}.\n{string.Join('\n', OwnEnds)}\n{LastWords}"
            );
            await Task.Delay(s_look, TimeProvider.System);
        }
    }

    internal async Task<JsonElement> BreakerAsync()
    {
        using var document = JsonDocument.Parse(await ReadManagementAsync("execution_gateway", "/breaker"));
        return document.RootElement.Clone();
    }

    internal async Task<HttpResponseMessage> ClearAsync(string trip, string @operator, string reason)
    {
        using var body = new StringContent(
            JsonSerializer.Serialize(new Dictionary<string, string> { ["operator"] = @operator, ["reason"] = reason }),
            System.Text.Encoding.UTF8,
            "application/json"
        );
        return await _http.PostAsync(new Uri(ManagementUrlOf("execution_gateway"), $"/breaker/{trip}/clear"), body);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_supervisors.Values.Select(supervisor => supervisor.DisposeAsync().AsTask()));
        _http.Dispose();
        await Broker.DisposeAsync();
        _location.Dispose();
    }

    private string LastWords =>
        string.Join(
            '\n',
            _supervisors.Values.Select(supervisor =>
                $"{supervisor.Service}: {supervisor.Words[^Math.Min(supervisor.Words.Length, 1500)..]}"
            )
        );

    private static int IndexOf(string service) => Array.FindIndex(s_services, known => known.Service == service);

    private Uri UrlOf(string service) => _urls[IndexOf(service)];

    private Uri ManagementUrlOf(string service) => _urls[s_services.Length + IndexOf(service)];

    private Dictionary<string, string> SettingsOf(string service, IReadOnlyDictionary<string, string> given)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["SECRET_BACKEND"] = "env",
            ["SECRET_DOTENV_PATH"] = _location.DotenvOf(service),
            ["STRONGROOM_JOURNAL_DIR"] = _location.Journals,
            ["STRONGROOM_INSTANCE"] = $"{service}-1",
            ["XDG_STATE_HOME"] = Path.Combine(_location.Run, "state"),
            ["DATABASE_PATH"] = _location.Database,
            ["ALPACA_BASE_URL"] = Broker.Url.GetLeftPart(UriPartial.Authority),
            ["ASPNETCORE_URLS"] = UrlOf(service).GetLeftPart(UriPartial.Authority),
            ["MANAGEMENT_URL"] = ManagementUrlOf(service).GetLeftPart(UriPartial.Authority),
            ["CLOCK_MAX_AGE_MS"] = "0",
            ["CLOCK_POLL_MS"] = "50",
            ["CYCLE_RETRY_MS"] = "200",
            // A short memory, no threshold and no band: nearly each symbol makes an order in each cycle.
            ["MOMENTUM_BARS"] = "5",
            ["VOLATILITY_BARS"] = "10",
            ["SIGNAL_THRESHOLD"] = "0",
            ["REBALANCE_BAND"] = "0",
            ["RECONCILE_SECONDS"] = "1",
            ["ORDER_TIMEOUT_SECONDS"] = "3",
            ["ORDER_LOST_SECONDS"] = "8",
        };
        foreach (var (peer, setting) in s_services)
            settings[setting] = UrlOf(peer).GetLeftPart(UriPartial.Authority);
        foreach (var (name, value) in given)
            settings[name] = value;
        return settings;
    }
}
