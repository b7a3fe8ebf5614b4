using Microsoft.Extensions.Logging;
using Strongroom.Breaker;
using Strongroom.Peers;
using Strongroom.Storage.Audit;
using Strongroom.Storage.Schema;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests;

/// <summary>A database that is there and of no use says so before anything relies on it; on real servers.</summary>
public sealed class DatabaseFitnessTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Standby_is_refused_by_start_and_fitness_and_still_read()
    {
        await using var store = await postgres.CreateStoreAsync();
        await SchemaMigrator.MigrateAsync(store.Open(), SchemaMigrations.Strongroom, Ct);
        await using var standby = await store.Server.StartStandbyAsync(Ct);
        await using var database = Database.Create(
            store.Context with
            {
                Environment = DeploymentEnvironment.Staging,
                Options = new DatabaseOptions
                {
                    Host = standby.Host,
                    Port = standby.Port,
                    Name = store.Name,
                    User = standby.User,
                },
            }
        );
        var schema = new StrongroomSchema(database);

        foreach (
            var start in (Func<Task>[])
                [
                    () => DatabaseRequirements.VerifyAsync(database, Ct),
                    () => SchemaMigrator.EnsureAsync(database, SchemaMigrations.Strongroom, Ct),
                    async () => await new AuditStore(database, schema).PrepareAsync(Ct),
                ]
        )
        {
            var refused = await Assert.ThrowsAsync<SecretUnavailableException>(start);
            Assert.Contains("a read-only standby", refused.Message, StringComparison.Ordinal);
            Assert.Contains("DATABASE_HOST", refused.Message, StringComparison.Ordinal);
        }
        Assert.True(await DatabaseRequirements.IsStandbyAsync(database, Ct));
        Assert.Empty(
            await new Storage.Breaker.TripStore(database, schema, acceptsStandby: true).ListUnclearedAsync(new("staging", ""), Ct)
        );
    }

    [Fact]
    public async Task Standby_that_holds_no_trip_has_not_said_that_there_is_none_and_one_that_it_holds_counts()
    {
        await using var store = await postgres.CreateStoreAsync();
        await SchemaMigrator.MigrateAsync(store.Open(), SchemaMigrations.Strongroom, Ct);
        await using var standby = await store.Server.StartStandbyAsync(Ct);
        await using var database = Database.Create(
            store.Context with
            {
                Environment = DeploymentEnvironment.Staging,
                Options = new DatabaseOptions
                {
                    Host = standby.Host,
                    Port = standby.Port,
                    Name = store.Name,
                    User = standby.User,
                },
            }
        );
        var copy = new Storage.Breaker.TripStore(database, new StrongroomSchema(database));
        var scope = new TripScope("staging", "");

        var refused = await Assert.ThrowsAsync<SecretUnavailableException>(async () => await copy.ListUnclearedAsync(scope, Ct));
        Assert.Contains("a read-only standby", refused.Message, StringComparison.Ordinal);

        var primary = store.Open();
        var trip = new TripRecord(
            Guid.CreateVersion7(),
            scope,
            "test",
            "test-1",
            "alpaca",
            "1",
            TripCause.Manual,
            "A test.",
            TimeProvider.System.GetUtcNow()
        );
        await new Storage.Breaker.TripStore(primary, new StrongroomSchema(primary)).RecordAsync(trip, Ct);
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (
            await new Storage.Breaker.TripStore(
                database,
                new StrongroomSchema(database),
                acceptsStandby: true
            ).ListUnclearedAsync(scope, Ct)
                is []
        )
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "The standby does not follow.");
        Assert.Equal(trip.Id, Assert.Single(await copy.ListUnclearedAsync(scope, Ct)).Id);
    }

    [Theory]
    [InlineData("LATIN1")]
    [InlineData("SQL_ASCII")]
    public async Task Encoding_that_is_not_utf8_is_refused_with_the_statement_that_makes_a_proper_one(string encoding)
    {
        var server = await postgres.GetServerAsync();
        var name = $"test_{Guid.NewGuid():N}";
        await PostgresFixture.ExecuteAsync(
            server,
            "postgres",
            $"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        );
        await using var store = new PostgresTestStore(server, name);

        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(async () =>
            await store.OpenAudit().PrepareAsync(Ct)
        );

        Assert.Contains("ENCODING 'UTF8' TEMPLATE template0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Role_that_is_read_only_by_its_settings_is_refused_as_one_and_not_as_a_standby()
    {
        await using var store = await postgres.CreateStoreAsync();
        await PostgresFixture.ExecuteAsync(
            store.Server,
            store.Name,
            $"ALTER DATABASE {store.Name} SET default_transaction_read_only = on"
        );

        var refused = await Assert.ThrowsAsync<SecretUnavailableException>(() =>
            DatabaseRequirements.VerifyAsync(store.Open(), Ct)
        );

        Assert.Contains("default_transaction_read_only", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("standby", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("session", 20)]
    [InlineData("transaction", 20)]
    [InlineData("transaction", 3)]
    public async Task Six_upgrades_at_once_behind_a_pooler_all_succeed_and_apply_once(string mode, int poolSize)
    {
        await using var store = await postgres.CreateStoreAsync();
        await using var pooler = await StartPoolerAsync(store.Server, mode, poolSize);
        var databases = Enumerable.Range(0, 6).Select(_ => Through(store, pooler)).ToList();

        var applied = await Task.WhenAll(
            databases.Select(database =>
                Task.Run(
                    async () =>
                    {
                        await DatabaseRequirements.VerifyAsync(database, Ct);
                        return await SchemaMigrator.MigrateAsync(database, SchemaMigrations.Strongroom, Ct);
                    },
                    Ct
                )
            )
        );

        Assert.Equal(SchemaMigrations.Strongroom.LatestVersion(DatabaseDialect.PostgreSql), applied.Sum());
        foreach (var database in databases)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task Pooler_in_statement_mode_is_refused_since_no_lock_holds()
    {
        await using var store = await postgres.CreateStoreAsync();
        await using var pooler = await StartPoolerAsync(store.Server, "statement", 5);
        await using var database = Through(store, pooler);

        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            DatabaseRequirements.VerifyAsync(database, Ct)
        );

        Assert.Contains("pool_mode", refused.Message, StringComparison.Ordinal);
    }

    private static Database Through(PostgresTestStore store, PgBouncer pooler) =>
        Database.Create(
            store.Context with
            {
                Options = new DatabaseOptions
                {
                    Host = "127.0.0.1",
                    Port = pooler.Port,
                    Name = store.Name,
                    User = store.Server.User,
                },
            }
        );

    private static async Task<PgBouncer> StartPoolerAsync(PostgresServer server, string mode, int poolSize)
    {
        try
        {
            return await PgBouncer.StartAsync(server, mode, poolSize, Ct);
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
