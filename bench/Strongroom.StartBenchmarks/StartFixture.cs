using System.Security.Cryptography;
using Strongroom.Testing;

namespace Strongroom.StartBenchmarks;

/// <summary>
/// Everything that the programs need to start: fresh secrets, a folder for each, a Vault and a broker in this process.
/// </summary>
internal sealed class StartFixture : IAsyncDisposable
{
    internal const string Bare = "BareHost";
    internal const string Vault = "VaultHost";

    internal static readonly string[] Services =
    [
        "ExecutionGateway",
        "MarketDataService",
        "Orchestrator",
        "RiskManager",
        "SignalService",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("strongroom-start-").FullName;
    private readonly List<StartSeries> _series = [];
    private readonly VaultServer _vault;
    private readonly PaperBroker _broker;

    private StartFixture(VaultServer vault, PaperBroker broker) => (_vault, _broker) = (vault, broker);

    internal static IReadOnlyList<string> Programs { get; } = [Bare, "EnvHost", Vault, .. Services];

    internal static async Task<StartFixture> OpenAsync(
        string root,
        IEnumerable<string> modes,
        IReadOnlyList<string> programs,
        CancellationToken ct
    )
    {
        var fixture = new StartFixture(
            await VaultServer.StartAsync(cancellationToken: ct),
            await PaperBroker.StartAsync(cancellationToken: ct)
        );
        try
        {
            foreach (var mode in modes)
            {
                foreach (var program in programs)
                {
                    var path = PublishedPrograms.PathOf(root, mode, program);
                    if (File.Exists(path))
                        fixture._series.Add(
                            new StartSeries(program, mode, path, await fixture.SettingsAsync(path, program, mode, ct))
                        );
                    else
                        Console.WriteLine($"{program} was not published in mode {mode}.");
                }
            }
            return fixture;
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
    }

    internal async Task<IReadOnlyList<StartSeries>> RunAsync(int rounds, CancellationToken ct)
    {
        // The first start makes the database and reads the files from the disk; it does not count. The next one writes down what
        // is compiled, which costs time, and does not count either.
        foreach (var one in _series.ToList())
        {
            try
            {
                await using (var first = StartedProgram.Start(one))
                    _ = await first.AnswerAsync(ct);
                one.Methods.AddRange(await CompiledMethods.OfAsync(one, Path.Combine(_folder, "methods"), ct));
            }
            catch (InvalidOperationException e)
            {
                Console.WriteLine($"Left out: {e.Message}");
                _series.Remove(one);
            }
        }
        for (var round = 0; round < rounds; round++)
        {
            foreach (var one in _series)
                one.Runs.Add(await MeasureAsync(one, ct));
        }
        return _series;
    }

    private async Task<MeasuredStart> MeasureAsync(StartSeries one, CancellationToken ct)
    {
        var (requests, logins) = (_vault.Requests.Total, _vault.Requests.Logins);
        await using var program = StartedProgram.Start(one);
        var start = await program.AnswerAsync(ct);
        return start with { Requests = _vault.Requests.Total - requests, Logins = _vault.Requests.Logins - logins };
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Dictionary<string, string>> SettingsAsync(string path, string program, string mode, CancellationToken ct)
    {
        var own = Directory.CreateDirectory(Path.Combine(_folder, mode, program)).FullName;
        var settings = new Dictionary<string, string>
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["STRONGROOM_JOURNAL_DIR"] = PrivateFolder(own, "journal"),
            ["XDG_STATE_HOME"] = PrivateFolder(own, "state"),
            ["DATABASE_PATH"] = Path.Combine(own, "strongroom.db"),
            ["ALPACA_BASE_URL"] = _broker.Url.GetLeftPart(UriPartial.Authority),
            // As 'dotnet new web' has it.
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
            [StartedProgram.AnswerPath] = Services.Contains(program) ? "/health/ready" : "/",
        };
        if (program == Bare)
            return settings;
        var declaration = SecretDeclaration.Load(Path.Combine(Path.GetDirectoryName(path)!, "secrets.json"));
        var more =
            program == Vault
                ? await VaultRole.MakeAsync(_vault, declaration, own, ct)
                : new() { ["SECRET_BACKEND"] = "env", ["SECRET_DOTENV_PATH"] = WriteDotenv(declaration, own) };
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }

    private static string PrivateFolder(string parent, string name) =>
        Directory
            .CreateDirectory(
                Path.Combine(parent, name),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            )
            .FullName;

    private static string WriteDotenv(SecretDeclaration declaration, string folder)
    {
        var path = Path.Combine(folder, ".env");
        PrivateFile.Write(
            path,
            string.Concat(declaration.Secrets.Select(secret => $"{VariableOf(secret.Name)}={FreshValue(secret.Name)}\n"))
        );
        return path;
    }

    internal static string FreshValue(SecretName name) =>
        name.ToString() == "webhook/secret"
            ? $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}"
            : RandomNumberGenerator.GetHexString(64, lowercase: true);

    private static string VariableOf(SecretName name) =>
        string.Concat(name.ToString().Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
}
