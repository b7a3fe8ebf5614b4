using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;
using PaperRun.Tests.CrashRecovery;
using PaperRun.Tests.Migration;
using PaperRun.Tests.Support;
using Strongroom.Peers;

namespace PaperRun.Tests.Staging;

/// <summary>
/// docs/postgresql.md is run as it is, in one shell, on a fresh database and against a Vault; then the five services start in
/// staging with the settings that it wrote, and trade.
/// </summary>
public sealed partial class DatabasePageTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private PlatformVault _vault = null!;
    private SupervisedPlatform _platform = null!;
    private Command _strongroom = null!;

    private string PlatformFolder => Path.Combine(_platform.Location.Root, "platform");

    private Dictionary<string, string> Operator =>
        new(StringComparer.Ordinal)
        {
            ["SECRET_BACKEND"] = "vault",
            ["VAULT_ADDR"] = _vault.Address,
            ["VAULT_TOKEN"] = _vault.OperatorToken,
            ["XDG_STATE_HOME"] = Path.Combine(_platform.Location.Root, "operator"),
        };

    public async ValueTask InitializeAsync()
    {
        _vault = await PlatformVault.StartAsync();
        _platform = await SupervisedPlatform.PrepareAsync();
        var pair = _platform.Broker.IssueKeyPair();
        // The two passwords of the database are the page's own matter.
        _platform.Location.WriteDotenv(
            ("ALPACA_API_KEY_ID", pair.KeyId),
            ("ALPACA_API_SECRET_KEY", pair.Secret),
            ("DATABASE_PASSWORD", null)
        );
        foreach (var service in SupervisedPlatform.Services)
            Publish(service);
        _strongroom = new Command(
            _platform.Location.Root,
            new Dictionary<string, string>(Operator) { ["DEPLOYMENT_ENV"] = "local" }
        );
        await _strongroom.RunAsync([
            "migrate",
            ".env",
            "--apply",
            "--declaration",
            .. SupervisedPlatform.Services.Select(DeclarationOf),
        ]);
        // As docs/vault.md has it: for each service a policy and a login of its own.
        foreach (var service in SupervisedPlatform.Services)
        {
            var policy = await _strongroom.RunAsync(
                "policy",
                service,
                "--backend",
                "vault",
                "--declaration",
                DeclarationOf(service)
            );
            var login = await _vault.AdmitAsync(service, policy, Path.Combine(_platform.Location.Root, $"{service}.secret-id"));
            RunLocation.WritePrivate(
                EnvironmentOf(service),
                string.Concat(login.Select(setting => $"{setting.Key}={setting.Value}\n"))
            );
        }
    }

    [Fact]
    public async Task Five_services_start_in_staging_and_trade_on_a_fresh_PostgreSQL_by_the_pages_steps_alone()
    {
        await using var postgres = await StartPostgresAsync();
        var passwords = Path.Combine(_platform.Location.Root, "pgpass");
        RunLocation.WritePrivate(passwords, $"{postgres.Host}:{postgres.Port}:*:{postgres.User}:{postgres.Password}\n");

        await FollowAsync(
            "PostgreSQL",
            new()
            {
                ["PGHOST"] = postgres.Host,
                ["PGPORT"] = $"{postgres.Port}",
                ["PGUSER"] = postgres.User,
                ["PGPASSFILE"] = passwords,
            }
        );

        await DemandTradingAsync(async sql =>
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder
                {
                    Host = postgres.Host,
                    Port = postgres.Port,
                    Username = postgres.User,
                    Password = postgres.Password,
                    Database = "trading",
                    Pooling = false,
                }.ConnectionString
            );
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
        });
        await DemandUsableIdsAsync(postgres);
    }

    [Fact]
    public async Task Five_services_start_in_staging_and_trade_on_a_fresh_SQLite_by_the_pages_steps_alone()
    {
        var path = Path.Combine(_platform.Location.Root, "database", "strongroom.db");
        // SQLite needs no password, but the declarations require one.
        await SetAsync("database/password", PlatformDotenv.Fresh());

        await FollowAsync("SQLite", new() { ["DATABASE_PATH"] = path });

        await DemandTradingAsync(async sql =>
        {
            await using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = path,
                    Pooling = false,
                    DefaultTimeout = 30,
                }.ToString()
            );
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return (long)(await command.ExecuteScalarAsync())!;
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
            await _platform.DisposeAsync();
        if (_vault is not null)
            await _vault.DisposeAsync();
    }

    /// <summary>Runs what is before the first heading, below the database's own one, and below "Both".</summary>
    private async Task FollowAsync(string database, Dictionary<string, string> settings)
    {
        var sections = Heading()
            .Split(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "docs", "postgresql.md")));
        var blocks = sections
            .Where(
                (section, i) =>
                    i == 0
                    || section.StartsWith(database + "\n", StringComparison.Ordinal)
                    || section.StartsWith("Both\n", StringComparison.Ordinal)
            )
            .SelectMany(section => Block().Matches(section))
            .Select(block => block.Groups[1].Value)
            .ToList();
        Assert.True(blocks.Count >= 4);
        var bin = Directory.CreateDirectory(Path.Combine(_platform.Location.Root, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "strongroom"), Programs.Strongroom);
        foreach (var (name, value) in Operator)
            settings[name] = value;
        settings["PLATFORM"] = PlatformFolder;
        settings["PATH"] = $"{bin}:/usr/bin:/bin";
        settings["HOME"] = _platform.Location.Root;
        settings["DOTNET_ROOT"] = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..")
        );
        var script = Path.Combine(_platform.Location.Root, "page.sh");
        await File.WriteAllTextAsync(script, "set -euo pipefail\n" + string.Join('\n', blocks));

        // Away from the platform's .env, which doctor would find.
        await using var bash = ProgramProcess.Start("/bin/bash", bin, settings, script);
        var exit = await bash.WaitForExitAsync();

        Assert.True(exit == 0, $"The page's commands ended with {exit}:\n{bash.Output}\n{bash.Errors}");
    }

    private async Task DemandTradingAsync(Func<string, Task<long>> countAsync)
    {
        await _platform.StartServicesAsync(SettingsOf);
        await _platform.Broker.Clock.AdvanceAsync(30);
        Assert.True(await _platform.Calls.StartRunAsync(Guid.CreateVersion7(), ["AAPL", "NVDA"], 3));
        var cycles = 0L;
        await _platform.UntilAsync("three cycles are in the database", s_limit, async () =>
        {
            if (await countAsync("SELECT COUNT(*) FROM cycles") is var done && done > cycles)
                await _platform.Broker.Clock.AdvanceAsync();
            return (cycles = done) >= 3;
        });
        await _platform.UntilAsync("each service's audit is in the database", s_limit, async () =>
            await countAsync("SELECT COUNT(DISTINCT service) FROM access_log WHERE service <> 'strongroom'") == 5
        );
        // The command's rows of the time before there was a schema.
        Assert.True(await countAsync("SELECT COUNT(*) FROM access_log WHERE service = 'strongroom'") > 0);
        Assert.Equal(0, await countAsync("SELECT COUNT(*) FROM trips"));
        Assert.Empty(_platform.OwnEnds);
    }

    /// <summary>With the services' own role, which has the page's grants and no others.</summary>
    private static async Task DemandUsableIdsAsync(PostgresServer postgres)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder
            {
                Host = postgres.Host,
                Port = postgres.Port,
                Username = postgres.User,
                Password = postgres.Password,
                Database = "trading",
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync();
        const string Use =
            "SET ROLE trading; INSERT INTO used_ids (id, used_at) VALUES ('page', now()) ON CONFLICT (id) DO NOTHING; "
            + "DELETE FROM used_ids WHERE id = 'page'";
        await using (var use = new NpgsqlCommand(Use, connection))
            await use.ExecuteNonQueryAsync();
        await using var count = new NpgsqlCommand("SELECT COUNT(*) FROM used_ids", connection);
        // Those of the calls that the services signed while they traded.
        Assert.True((long)(await count.ExecuteScalarAsync())! > 0);
    }

    private Dictionary<string, string> SettingsOf(string service)
    {
        var settings = File.ReadAllLines(EnvironmentOf(service))
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        settings["SECRET_DECLARATION"] = DeclarationOf(service);
        return settings;
    }

    private async Task SetAsync(string name, string value)
    {
        var file = Path.Combine(_platform.Location.Root, "value");
        RunLocation.WritePrivate(file, value);
        await using var bash = ProgramProcess.Start(
            "/bin/bash",
            _platform.Location.Root,
            new Dictionary<string, string>(Operator) { ["DEPLOYMENT_ENV"] = "local" },
            "-c",
            $"exec '{Programs.Strongroom}' set {name} < value"
        );
        Assert.True(await bash.WaitForExitAsync() == 0, bash.Errors);
    }

    private string EnvironmentOf(string service) => Path.Combine(PlatformFolder, service, "service.env");

    private string DeclarationOf(string service) => Path.Combine(PlatformFolder, service, "secrets.json");

    /// <summary>What was built beside its program, with this machine's broker in the place of the real one.</summary>
    private void Publish(string service)
    {
        var declaration = JsonNode.Parse(File.ReadAllText(Programs.DeclarationOf(service)))!;
        foreach (
            var secret in declaration["secrets"]!.AsArray().Where(secret => secret!["bundle"]?.GetValue<string>() == "alpaca")
        )
            secret!["sendTo"] = new JsonArray(_platform.Broker.Url.GetLeftPart(UriPartial.Authority));
        Directory.CreateDirectory(Path.Combine(PlatformFolder, service));
        File.WriteAllText(DeclarationOf(service), declaration.ToJsonString());
        var migrations = Path.Combine(Path.GetDirectoryName(Programs.OfService(service))!, "migrations");
        foreach (
            var file in Directory.Exists(migrations) ? Directory.GetFiles(migrations, "*.sql", SearchOption.AllDirectories) : []
        )
        {
            var target = Path.Combine(PlatformFolder, service, "migrations", Path.GetRelativePath(migrations, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static async Task<PostgresServer> StartPostgresAsync()
    {
        try
        {
            return await PostgresServer.StartAsync();
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```bash\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
