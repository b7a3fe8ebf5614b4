using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaperRun.Tests.Support;
using Strongroom.Peers;
using Strongroom.Testing;

namespace PaperRun.Tests.Startup;

/// <summary>
/// The risk manager as it is deployed to staging, with everything in order: a Vault, a database, its declaration and migrations.
/// To be spoiled by a test.
/// </summary>
internal sealed class StartFixture : IAsyncDisposable
{
    internal const string Service = "risk_manager";

    private static readonly string[] s_calls =
    [
        "orchestrator/risk_manager",
        "risk_manager/market_data",
        "risk_manager/execution_gateway",
    ];

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static Dictionary<string, byte[]>? s_upgraded;

    private readonly RunLocation _place = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private StartFixture(VaultServer vault) => Vault = vault;

    internal VaultServer Vault { get; }

    internal Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    internal string Folder => _place.Root;

    internal string Declaration => Path.Combine(Folder, Service, "secrets.json");

    internal string Migrations => Path.Combine(Folder, Service, "migrations");

    internal string Database => Path.Combine(Folder, "database", "strongroom.db");

    /// <summary>Where the operator and the service work; no <c>.env</c> lies there.</summary>
    internal string WorkingFolder => Path.Combine(Folder, "desk");

    internal static async Task<StartFixture> OpenAsync()
    {
        var fixture = new StartFixture(await VaultServer.StartAsync());
        foreach (var folder in (string[])[fixture.WorkingFolder, Path.GetDirectoryName(fixture.Declaration)!])
            Directory.CreateDirectory(folder);
        File.Copy(Programs.DeclarationOf(Service), fixture.Declaration);
        var built = Path.Combine(Path.GetDirectoryName(Programs.OfService(Service))!, "migrations");
        foreach (var file in Directory.GetFiles(built, "*.sql", SearchOption.AllDirectories))
        {
            var target = Path.Combine(fixture.Migrations, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        foreach (
            var (name, value) in new Dictionary<string, string>
            {
                ["DEPLOYMENT_ENV"] = "staging",
                ["SECRET_BACKEND"] = "vault",
                ["VAULT_ADDR"] = fixture.Vault.Url.GetLeftPart(UriPartial.Authority),
                ["VAULT_TOKEN"] = fixture.Vault.RootToken,
                ["SECRET_DECLARATION"] = fixture.Declaration,
                ["SECRET_STARTUP_WAIT"] = "0s",
                ["STRONGROOM_JOURNAL_DIR"] = fixture._place.Journals,
                ["XDG_STATE_HOME"] = Path.Combine(fixture.Folder, "state"),
                ["DATABASE_PATH"] = fixture.Database,
                ["TRADING_ON_BUDGET_END"] = "cancel",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["MANAGEMENT_URL"] = "http://127.0.0.1:0",
            }
        )
            fixture.Settings[name] = value;
        await fixture.PutAsync("database/password", Fresh());
        await fixture.PutAsync("redis/password", Fresh());
        foreach (var call in s_calls)
            await fixture.PutAsync($"calls/{call}", Fresh());
        return fixture;
    }

    internal static string Fresh() => Migration.PlatformDotenv.Fresh();

    internal Task PutAsync(string path, string value) =>
        SendAsync(HttpMethod.Post, $"secret/data/{path}", new { data = new { value } });

    internal async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Vault.Url, $"/v1/{path}"))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.Add("X-Vault-Token", Vault.RootToken);
        using var answer = await _http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode}");
        return answer.StatusCode == System.Net.HttpStatusCode.NoContent
            ? default
            : await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>As the service's environment has it, but for the database's login, which an upgrade has another of.</summary>
    internal async Task UpgradeAsync(bool withOwn = true)
    {
        var upgraded = await StrongroomAsync([
            "database",
            "upgrade",
            .. withOwn ? ["--migrations", Migrations] : Array.Empty<string>(),
        ]);
        Assert.True(upgraded.ExitCode == 0, upgraded.Errors);
    }

    /// <summary>The same with SQLite, made once and copied to each later fixture.</summary>
    internal async Task TakeUpgradedAsync()
    {
        var folder = Path.GetDirectoryName(Database)!;
        if (s_upgraded is null)
        {
            await UpgradeAsync();
            s_upgraded = Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
            return;
        }
        Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
        foreach (var (name, content) in s_upgraded)
        {
            var path = Path.Combine(folder, name);
            await File.WriteAllBytesAsync(path, content);
            File.SetUnixFileMode(path, Private);
        }
    }

    /// <summary>Points everything to a server, with its password as the service's and as the owner's.</summary>
    internal async Task UseAsync(PostgresServer server, string name)
    {
        Settings.Remove("DATABASE_PATH");
        (Settings["DATABASE_HOST"], Settings["DATABASE_PORT"], Settings["DATABASE_NAME"], Settings["DATABASE_USER"]) = (
            server.Host,
            $"{server.Port}",
            name,
            server.User
        );
        await PutAsync("database/password", server.Password);
        await PutAsync("database/owner", server.Password);
        Bind(server.Port);
    }

    internal void Bind(int port) =>
        ChangeDeclaration(secrets =>
            secrets.Single(secret => (string?)secret!["name"] == "database/password")!["sendTo"] = new JsonArray(
                $"postgres://127.0.0.1:{port}"
            )
        );

    internal void ChangeDeclaration(Action<JsonArray> change)
    {
        var declaration = JsonNode.Parse(File.ReadAllText(Declaration))!;
        change(declaration["secrets"]!.AsArray());
        File.WriteAllText(Declaration, declaration.ToJsonString());
    }

    internal async Task<(bool WouldStart, string Words)> AskDoctorAsync()
    {
        var answer = await StrongroomAsync("doctor", "--output", "json");
        // Where settings are wrong there is nothing to go on with, and no verdict but that.
        using var found = JsonDocument.Parse(answer.Output);
        return (found.RootElement.GetProperty("restartWouldSucceed").GetBoolean(), answer.Output + answer.Errors);
    }

    internal async Task<(bool Starts, string Words)> StartAsync(params string[] arguments)
    {
        await using var process = ProgramProcess.Start(Programs.OfService(Service), WorkingFolder, Settings, arguments);
        var ended = process.WaitForExitAsync(TimeSpan.FromMinutes(1));
        while (!ended.IsCompleted)
        {
            if (process.Output.Contains("listens on", StringComparison.Ordinal))
                return (true, "");
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System));
        }
        return (await ended == 0, process.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Vault.DisposeAsync();
        _place.Dispose();
    }

    private async Task<(int ExitCode, string Output, string Errors)> StrongroomAsync(params string[] arguments)
    {
        await using var process = ProgramProcess.Start(Programs.Strongroom, WorkingFolder, Settings, arguments);
        return (await process.WaitForExitAsync(TimeSpan.FromMinutes(1)), process.Output, process.Errors);
    }
}
