using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaperRun.Tests.CrashRecovery;
using PaperRun.Tests.Support;
using Strongroom.Testing;

namespace PaperRun.Tests.Migration;

/// <summary>
/// The way that docs/runbooks/secrets-migration.md describes, with the platform trading all the while: from a <c>.env</c> as one
/// finds it to Vault, one service at a time, and back under break-glass. Each service comes to staging with its cut-over, where
/// the <c>env</c> backend is refused, so its declaration names this machine's broker and database.
/// </summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly string[] s_order =
    [
        "market_data",
        "signal_service",
        "risk_manager",
        "orchestrator",
        "execution_gateway",
    ];

    private PlatformDatabase _database = null!;
    private PlatformVault _vault = null!;
    private SupervisedPlatform _platform = null!;
    private PlatformDotenv _dotenv = null!;
    private Command _strongroom = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PlatformDatabase.StartAsync();
        _vault = await PlatformVault.StartAsync();
        _platform = await SupervisedPlatform.PrepareAsync();
        // A key with a # at its beginning, which unquoted would be a comment.
        var pair = new KeyPair($"PK{PlatformDotenv.Fresh()}", $"#{PlatformDotenv.Fresh()}");
        _platform.Broker.AddKeyPair(pair);
        _dotenv = new PlatformDotenv(
            pair,
            _database.User,
            _database.Password,
            $"{_database.Host}:{_database.Port}/{_database.Name}"
        );
        RunLocation.WritePrivate(_platform.Place.Dotenv, _dotenv.Text);
        // Nobody kept one until now: migrate makes it.
        File.Delete(_platform.Place.Dotenv + ".template");
        foreach (var service in s_order)
            WriteDeclaration(service);
        _strongroom = new Command(
            _platform.Place.Root,
            new Dictionary<string, string>
            {
                ["DEPLOYMENT_ENV"] = "local",
                ["SECRET_BACKEND"] = "vault",
                ["VAULT_ADDR"] = _vault.Address,
                ["VAULT_TOKEN"] = _vault.OperatorToken,
                ["XDG_STATE_HOME"] = Path.Combine(_platform.Place.Root, "operator"),
            }
        );
    }

    [Fact]
    public async Task Platform_goes_on_trading_while_each_service_moves_from_an_env_file_to_Vault_and_back_under_break_glass()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can write a break-glass file.");
        await _platform.StartServicesAsync(OnDotenv);
        await using var day = await RunningDay.StartAsync(_platform, _database);
        await day.DemandFillAsync("the start");

        foreach (var service in s_order)
            await CutOverAsync(service, day);
        await day.DemandFillAsync("all are on Vault");
        // What no service reads, such as the relay's password, goes now; and both sides are the same.
        await _strongroom.RunAsync(["migrate", ".env", "--apply", .. Declarations]);
        await _strongroom.RunAsync(["migrate", ".env", "--compare", .. Declarations]);
        await DemandAuditAsync("backend = 'vault' AND operation = 'fetch' AND source = 'backend' AND outcome = 'success'");

        await DemandRefusalAsync();
        var glass = BreakGlass();
        foreach (var service in s_order.Reverse())
            await RollBackAsync(service, glass, day);
        await day.DemandFillAsync("all are back on .env");
        await DemandAuditAsync("operation = 'break_glass' AND request_id = 'jo'");
        var ledger = await File.ReadAllLinesAsync(Path.Combine(_platform.Place.Journals, "break-glass.jsonl"));
        Assert.Equal(
            s_order.Length,
            ledger.Count(line =>
                line.Contains("\"operator\":\"jo\"", StringComparison.Ordinal)
                && line.Contains("INC-42", StringComparison.Ordinal)
            )
        );

        Assert.Empty(_platform.OwnEnds);
        Assert.Equal("all", (await _platform.BreakerAsync()).GetProperty("permission").GetString());
        Assert.Empty(await _database.ReadAsync("SELECT id FROM trips"));
        await DemandSilenceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
            await _platform.DisposeAsync();
        if (_vault is not null)
            await _vault.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private IEnumerable<string> Declarations => ["--declaration", .. s_order.Select(DeclarationOf)];

    private async Task CutOverAsync(string service, RunningDay day)
    {
        var populated = _strongroom.RunAsync(["migrate", ".env", "--service", service, "--apply", .. Declarations]);
        var policy = await _strongroom.RunAsync("policy", service, "--backend", "vault", "--declaration", DeclarationOf(service));
        await populated;
        var login = await _vault.AdmitAsync(service, policy, Path.Combine(_platform.Place.Root, $"{service}.secret-id"));
        await _platform.RestartAsync(service, InStaging(service, login));
        await day.DemandCycleAsync($"{service} is on Vault");
        Assert.False((await HealthAsync(service)).GetProperty("breakGlass").GetBoolean());
    }

    /// <summary>Without break-glass each start is refused, and says by whom the environment was decided and what to do.</summary>
    private async Task DemandRefusalAsync()
    {
        foreach (
            var start in await Task.WhenAll(
                s_order.Select(service => _platform.TryStartAsync(service, InStaging(service, s_back)))
            )
        )
        {
            Assert.Equal(3, start.ExitCode);
            Assert.Contains(
                "The env backend is refused in staging (decided by DEPLOYMENT_ENV)",
                start.Errors,
                StringComparison.Ordinal
            );
            Assert.Contains("SECRET_BREAK_GLASS_FILE", start.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", start.Errors, StringComparison.Ordinal);
        }
    }

    private async Task RollBackAsync(string service, string glass, RunningDay day)
    {
        await _platform.RestartAsync(
            service,
            InStaging(service, new Dictionary<string, string>(s_back) { ["SECRET_BREAK_GLASS_FILE"] = glass })
        );
        await day.DemandCycleAsync($"{service} is back on .env");
        Assert.True((await HealthAsync(service)).GetProperty("breakGlass").GetBoolean());
        Assert.Matches(@"(?m)^strongroom_break_glass(\{.*\})? 1\b", await _platform.ReadManagementAsync(service, "/metrics"));
    }

    /// <summary>What only root can write: who, why, and until when.</summary>
    private string BreakGlass()
    {
        var path = Path.Combine(_platform.Place.Root, "break-glass.json");
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        RunLocation.WritePrivate(
            path,
            JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["operator"] = "jo",
                    ["reason"] = "rollback of the migration, INC-42",
                    ["until"] = until,
                }
            )
        );
        return path;
    }

    private Task DemandAuditAsync(string rows) =>
        _platform.UntilAsync($"each service has rows where {rows}", s_limit, async () =>
            s_order
                .Order(StringComparer.Ordinal)
                .SequenceEqual(
                    (await _database.ReadAsync($"SELECT DISTINCT service FROM access_log_readable WHERE {rows}")).Order(
                        StringComparer.Ordinal
                    )
                )
        );

    /// <summary>
    /// Not in a log, journal, template or output; in the <c>.env</c> alone, which shows that the search knows what it looks for.
    /// </summary>
    private async Task DemandSilenceAsync()
    {
        var detector = new LeakDetector(
            _dotenv.Secrets.Select(secret => KeyValuePair.Create(secret.Key, Encoding.UTF8.GetBytes(secret.Value)))
        );
        var scan = await detector.ScanAndProveAsync(_platform.Place.Root);
        Assert.DoesNotContain(scan.Finds, find => find.Source != _platform.Place.Dotenv);
        Assert.Equal(
            _dotenv.Secrets.Select(secret => secret.Key).Order(StringComparer.Ordinal),
            scan.Finds.Select(find => find.Secret).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            $"DATABASE_URL='postgresql://{_database.User}@{_database.Host}:",
            await File.ReadAllTextAsync(_platform.Place.Dotenv + ".template"),
            StringComparison.Ordinal
        );
        foreach (
            var (who, said) in s_order
                .Select(service => (service, _platform[service].Words))
                .Append(("strongroom", _strongroom.Said))
        )
            Assert.Empty(detector.Scan(said, who).Finds);
    }

    private async Task<JsonElement> HealthAsync(string service)
    {
        using var health = JsonDocument.Parse(await _platform.ReadManagementAsync(service, "/health"));
        return health.RootElement.Clone();
    }

    private static readonly Dictionary<string, string> s_back = new() { ["SECRET_BACKEND"] = "env" };

    /// <summary>Of the URL's parts all but the password are settings.</summary>
    private Dictionary<string, string> OnDotenv(string service) =>
        new(StringComparer.Ordinal)
        {
            ["SECRET_DOTENV_PATH"] = _platform.Place.Dotenv,
            ["SECRET_DECLARATION"] = DeclarationOf(service),
            ["DATABASE_HOST"] = _database.Host,
            ["DATABASE_PORT"] = $"{_database.Port}",
            ["DATABASE_NAME"] = _database.Name,
            ["DATABASE_USER"] = _database.User,
        };

    private Dictionary<string, string> InStaging(string service, IEnumerable<KeyValuePair<string, string>> backend)
    {
        var settings = OnDotenv(service);
        (settings["DEPLOYMENT_ENV"], settings["TRADING_ON_BUDGET_END"]) = ("staging", "cancel");
        foreach (var (name, value) in backend)
            settings[name] = value;
        return settings;
    }

    private string DeclarationOf(string service) => Path.Combine(_platform.Place.Root, "trading", service, "secrets.json");

    /// <summary>The service's own, with this machine's broker and database in the place of the real ones.</summary>
    private void WriteDeclaration(string service)
    {
        var declaration = JsonNode.Parse(File.ReadAllText(Programs.DeclarationOf(service)))!;
        foreach (var secret in declaration["secrets"]!.AsArray())
        {
            if (secret!["bundle"]?.GetValue<string>() == "alpaca")
                secret["sendTo"] = new JsonArray(_platform.Broker.Url.GetLeftPart(UriPartial.Authority));
            else if (secret["name"]!.GetValue<string>() == "database/password")
                secret["sendTo"] = new JsonArray($"postgres://{_database.Host}:{_database.Port}");
        }
        Directory.CreateDirectory(Path.GetDirectoryName(DeclarationOf(service))!);
        File.WriteAllText(DeclarationOf(service), declaration.ToJsonString());
    }
}
