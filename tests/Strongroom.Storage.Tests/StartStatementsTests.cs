using Microsoft.Data.Sqlite;
using SQLitePCL;
using Strongroom.Breaker;
using Strongroom.Storage.Audit;
using Strongroom.Storage.Breaker;
using Strongroom.Storage.Schema;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests;

/// <summary>What a start sends to a database that is up to date, in the order of a host: the audit is prepared, trips are
/// read.</summary>
public sealed class StartStatementsTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DeploymentEnvironment.Test)]
    [InlineData(DeploymentEnvironment.Production)]
    public async Task Start_on_SQLite_that_is_current_sends_one_query_for_the_schema(DeploymentEnvironment environment)
    {
        await using var store = new SqliteTestStore();
        await SchemaMigrator.MigrateAsync(store.Open(), SchemaMigrations.Strongroom, Ct);
        var database = store.Open(environment);
        var sent = new List<string>();
        await using (var connection = (SqliteConnection)await database.OpenAsync(Ct))
            raw.sqlite3_trace(connection.Handle!, (_, statement) => sent.Add(statement), null);

        await StartAsync(database);

        Assert.Collection(
            sent.Where(statement => !statement.Contains("PRAGMA", StringComparison.Ordinal)),
            statement => Assert.Equal("BEGIN IMMEDIATE;", statement),
            statement => Assert.Equal("ROLLBACK;", statement.Trim()),
            statement => Assert.StartsWith("SELECT version FROM strongroom_schema", statement, StringComparison.Ordinal),
            statement => Assert.Contains("FROM trips", statement, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Test)]
    [InlineData(DeploymentEnvironment.Production)]
    public async Task Start_on_PostgreSQL_that_is_current_takes_five_round_trips_and_one_query_for_the_schema(
        DeploymentEnvironment environment
    )
    {
        await using var store = await postgres.CreateStoreAsync();
        await SchemaMigrator.MigrateAsync(store.Open(), SchemaMigrations.Strongroom, Ct);
        await using var relay = new PostgresRelay(store.Server.Host, store.Server.Port);
        var options = store.Context.Options;
        await using var database = Database.Create(
            store.Context with
            {
                Environment = environment,
                Options = new DatabaseOptions
                {
                    Host = options.Host,
                    Port = relay.Port,
                    Name = options.Name,
                    User = options.User,
                },
            }
        );
        // The login, and the types that the driver reads once.
        await (await database.OpenAsync(Ct)).DisposeAsync();
        relay.RoundTrips.Clear();

        await StartAsync(database);

        Assert.Collection(
            relay.RoundTrips,
            trip => Assert.Contains("pg_is_in_recovery(), current_setting", trip, StringComparison.Ordinal),
            trip => Assert.EndsWith("ROLLBACK", trip, StringComparison.Ordinal),
            trip => Assert.Contains("SELECT version FROM strongroom_schema", trip, StringComparison.Ordinal),
            trip => Assert.Contains("has_table_privilege", trip, StringComparison.Ordinal),
            trip => Assert.Contains("FROM trips", trip, StringComparison.Ordinal)
        );
    }

    private static async Task StartAsync(Database database)
    {
        var schema = new StrongroomSchema(database);
        await new AuditStore(database, schema).PrepareAsync(Ct);
        Assert.Empty(await new TripStore(database, schema).ListUnclearedAsync(new TripScope("test", ""), Ct));
    }
}
