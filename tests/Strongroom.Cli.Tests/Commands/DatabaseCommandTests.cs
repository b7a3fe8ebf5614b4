using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Strongroom.Cli.Tests.Support;
using Strongroom.Peers;
using Strongroom.Storage;
using Strongroom.Storage.Schema;

namespace Strongroom.Cli.Tests.Commands;

/// <summary>
/// What upgrade, doctor and breaker say of one database, which must be the same; in staging, where nothing else changes a schema.
/// </summary>
public class DatabaseCommandTests
{
    [Fact]
    public async Task Upgrade_takes_the_owners_password_from_a_secret_of_its_own()
    {
        await using var postgres = await PostgresPeer.RequireAsync();
        await using var fixture = await OpenAsync(postgres);
        await SetAsync(fixture, "database/password", RandomNumberGenerator.GetHexString(32));
        await RunAsync(fixture, "delete", "database/owner", "--yes");

        var missing = await RunAsync(fixture, "database", "upgrade");
        Assert.Equal(ExitCodes.NotFound, missing.ExitCode);
        Assert.Contains("'database/owner' was deleted", missing.Error, StringComparison.Ordinal);

        await SetAsync(fixture, "database/owner", RandomNumberGenerator.GetHexString(32));
        var wrong = await RunAsync(fixture, "database", "upgrade");
        Assert.Equal(ExitCodes.Denied, wrong.ExitCode);
        Assert.Contains("'database/owner' holds this role's current password", wrong.Error, StringComparison.Ordinal);

        await SetAsync(fixture, "database/owner", postgres.Password);
        Assert.Equal(0, (await RunAsync(fixture, "database", "upgrade")).ExitCode);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Upgrade_with_a_services_migrations_is_the_remedy_that_doctor_names(string dialect)
    {
        await using var postgres = dialect == "postgresql" ? await PostgresPeer.RequireAsync() : null;
        await using var fixture = await OpenAsync(postgres);
        Publish(fixture, "CREATE TABLE orders (id INTEGER PRIMARY KEY);");
        await RunAsync(fixture, "database", "upgrade");

        var before = await RunAsync(fixture, "doctor");
        Assert.Contains("ok\tdatabase\t", before.Output, StringComparison.Ordinal);
        Assert.Matches(
            "fault\tschema orders\t.*the schema 'orders' is at version 0, this program needs 1. Run 'strongroom database "
                + "upgrade --migrations DIR'",
            before.Output
        );
        Assert.Contains("fault\trestart\t", before.Output, StringComparison.Ordinal);

        var upgraded = await RunAsync(fixture, "database", "upgrade", "--migrations", "migrations");
        Assert.Equal(0, upgraded.ExitCode);
        Assert.Contains("strongroom unchanged, orders +1", upgraded.Output, StringComparison.Ordinal);

        var after = await RunAsync(fixture, "doctor");
        Assert.Contains("ok\tschema orders\t", after.Output, StringComparison.Ordinal);
        Assert.Contains("ok\trestart\t", after.Output, StringComparison.Ordinal);
        Assert.Equal(0, after.ExitCode);
    }

    [Fact]
    public async Task Upgrade_with_a_folder_that_holds_no_migrations_changes_nothing()
    {
        await using var fixture = await OpenAsync(postgres: null);

        var refused = await RunAsync(fixture, "database", "upgrade", "--migrations", "elsewhere");

        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains(Path.Combine(fixture.Folder, "elsewhere"), refused.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"upgraded by {SchemaMigrations.Strongroom.LatestVersion(DatabaseDialect.Sqlite)} migrations",
            (await RunAsync(fixture, "database", "upgrade")).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Standby_is_named_by_upgrade_doctor_and_breaker()
    {
        await using var postgres = await PostgresPeer.RequireAsync();
        await using var fixture = await OpenAsync(postgres);
        await RunAsync(fixture, "database", "upgrade");
        await using var standby = await postgres.StartStandbyAsync();
        fixture.Variables["DATABASE_PORT"] = Text(standby.Port);
        Declare(fixture, standby.Port);

        var upgrade = await RunAsync(fixture, "database", "upgrade");
        Assert.Equal(ExitCodes.Unavailable, upgrade.ExitCode);
        Assert.Contains("a read-only standby", upgrade.Error, StringComparison.Ordinal);

        var doctor = await RunAsync(fixture, "doctor");
        Assert.Matches("fault\tdatabase\t.*a read-only standby", doctor.Output);

        var breaker = await RunAsync(fixture, "breaker");
        Assert.DoesNotContain("no uncleared trips", breaker.Output + breaker.Error, StringComparison.Ordinal);
        Assert.Matches("read from PostgreSQL at .*, a read-only standby", breaker.Error);
        using var json = JsonDocument.Parse((await RunAsync(fixture, "breaker", "--output", "json")).Output);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("halted").ValueKind);
        Assert.StartsWith("PostgreSQL at ", json.RootElement.GetProperty("standby").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encoding_that_is_not_utf8_is_named_by_upgrade_and_doctor_and_stops_a_start()
    {
        await using var postgres = await PostgresPeer.RequireAsync();
        await using var fixture = await OpenAsync(postgres);
        await using (
            var source = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder
                {
                    Host = postgres.Host,
                    Port = postgres.Port,
                    Username = postgres.User,
                    Password = postgres.Password,
                    Database = "postgres",
                    Pooling = false,
                }
            )
        )
        {
            await using var command = source.CreateCommand(
                "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
            );
            await command.ExecuteNonQueryAsync();
        }
        fixture.Variables["DATABASE_NAME"] = "latin";

        var upgrade = await RunAsync(fixture, "database", "upgrade");
        var doctor = await RunAsync(fixture, "doctor");

        Assert.Equal(ExitCodes.Usage, upgrade.ExitCode);
        Assert.Contains("its encoding is not UTF8", upgrade.Error, StringComparison.Ordinal);
        Assert.Matches("fault\tdatabase\t.*its encoding is not UTF8", doctor.Output);
        Assert.Contains("fault\trestart\t", doctor.Output, StringComparison.Ordinal);
    }

    /// <summary>A Vault with the logins, and a declaration in the working folder.</summary>
    private static async Task<ScriptFixture> OpenAsync(PostgresServer? postgres)
    {
        var fixture = await ScriptFixture.OpenAsync("vault");
        fixture.Variables["DEPLOYMENT_ENV"] = "staging";
        Declare(fixture, postgres?.Port ?? 5432);
        foreach (var name in (string[])(postgres is null ? ["database/password"] : ["database/password", "database/owner"]))
            await SetAsync(fixture, name, postgres?.Password ?? RandomNumberGenerator.GetHexString(32));
        if (postgres is null)
            return fixture;
        (fixture.Variables["DATABASE_HOST"], fixture.Variables["DATABASE_PORT"]) = (postgres.Host, Text(postgres.Port));
        (fixture.Variables["DATABASE_USER"], fixture.Variables["DATABASE_NAME"]) = (postgres.User, "postgres");
        return fixture;
    }

    private static void Declare(ScriptFixture fixture, int port) =>
        File.WriteAllText(
            Path.Combine(fixture.Folder, "secrets.json"),
            $$"""
            { "service": "orders",
              "secrets": [ { "name": "database/password", "sendTo": ["postgres://127.0.0.1:{{port}}"] } ] }
            """
        );

    private static void Publish(ScriptFixture fixture, string sql)
    {
        foreach (var dialect in (string[])["sqlite", "postgresql"])
        {
            var folder = Directory.CreateDirectory(Path.Combine(fixture.Folder, "migrations", "orders", dialect)).FullName;
            File.WriteAllText(Path.Combine(folder, "V1__orders.sql"), sql);
        }
    }

    private static async Task SetAsync(ScriptFixture fixture, string name, string value)
    {
        var set = await InProcess.RunAsync(["set", name], fixture.Variables, fixture.Folder, Encoding.UTF8.GetBytes(value));
        Assert.Equal(0, set.ExitCode);
    }

    private static Task<CommandResult> RunAsync(ScriptFixture fixture, params string[] arguments) =>
        InProcess.RunAsync(arguments, fixture.Variables, fixture.Folder, []);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
