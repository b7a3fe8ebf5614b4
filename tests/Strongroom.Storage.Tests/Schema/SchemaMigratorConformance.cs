using Microsoft.Extensions.Logging;
using Strongroom.Breaker;
using Strongroom.Storage.Schema;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Schema;

/// <summary>How a schema is brought up to date, on every database.</summary>
public abstract class SchemaMigratorConformance : StoreTests
{
    private static readonly SchemaMigrations s_own = new(
        "orders",
        typeof(SchemaMigratorConformance).Assembly,
        "Strongroom.Storage.Tests.Schema.Own",
        "orders_schema"
    );
    private static readonly SchemaMigrations s_ownNewer = new(
        "orders",
        typeof(SchemaMigratorConformance).Assembly,
        "Strongroom.Storage.Tests.Schema.OwnNewer",
        "orders_schema"
    );
    private static readonly SchemaMigrations s_broken = new(
        "broken",
        typeof(SchemaMigratorConformance).Assembly,
        "Strongroom.Storage.Tests.Schema.Broken",
        "broken_schema"
    );
    private static readonly SchemaMigrations s_edited = new(
        "orders",
        typeof(SchemaMigratorConformance).Assembly,
        "Strongroom.Storage.Tests.Schema.Edited",
        "orders_schema"
    );

    private static readonly SchemaMigrations s_beforeVersion = new(
        "strongroom",
        typeof(SchemaMigratorConformance).Assembly,
        "Strongroom.Storage.Tests.Schema.BeforeVersion",
        "strongroom_schema"
    );

    private static int MigrationsOfStrongroom =>
        typeof(Database)
            .Assembly.GetManifestResourceNames()
            .Count(name => name.Contains(".Migrations.sqlite.", StringComparison.Ordinal));

    [Fact]
    public async Task MigrateAsync_by_five_starters_at_once_succeeds_for_all_and_applies_once()
    {
        var applied = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            var database = Store.Open();
                            var count = await SchemaMigrator.MigrateAsync(database, SchemaMigrations.Strongroom, Ct);
                            return count + await SchemaMigrator.MigrateAsync(database, s_ownNewer, Ct);
                        },
                        Ct
                    )
                )
        );

        Assert.Equal(MigrationsOfStrongroom + 2, applied.Sum());
        await SchemaMigrator.CheckAsync(Store.Open(), SchemaMigrations.Strongroom, Ct);
        await SchemaMigrator.CheckAsync(Store.Open(), s_ownNewer, Ct);
    }

    [Fact]
    public async Task MigrateAsync_keeps_the_migrations_of_two_projects_apart()
    {
        var database = Store.Open();

        Assert.Equal(1, await SchemaMigrator.MigrateAsync(database, s_own, Ct));
        Assert.Equal(MigrationsOfStrongroom, await SchemaMigrator.MigrateAsync(database, SchemaMigrations.Strongroom, Ct));
        Assert.Equal(1, await SchemaMigrator.MigrateAsync(database, s_ownNewer, Ct));
        Assert.Equal(0, await SchemaMigrator.MigrateAsync(database, s_ownNewer, Ct));

        Assert.Equal(0, await CountAsync("orders WHERE note IS NULL"));
    }

    [Fact]
    public async Task MigrateAsync_says_in_the_log_what_it_did_and_prints_nothing()
    {
        using var log = new CollectingLoggerProvider();
        await using var database = Database.Create(Store.Context with { Loggers = log });

        await SchemaMigrator.MigrateAsync(database, s_own, Ct);

        var said = Assert.Single(log.Entries, line => line.Level == LogLevel.Information);
        Assert.Equal(1350, said.Id.Id);
        Assert.Contains("'orders'", said.Text, StringComparison.Ordinal);
        Assert.Contains(log.Entries, line => line.Id.Id == 1351);
    }

    [Fact]
    public async Task MigrateAsync_of_a_database_that_calls_it_generation_keeps_its_trips()
    {
        var database = Store.Open();
        var id = Guid.CreateVersion7();
        Assert.Equal(4, await SchemaMigrator.MigrateAsync(database, s_beforeVersion, Ct));
        await database.UseAsync(
            async (connection, ct) =>
            {
                await using var command = connection.Command(
                    "INSERT INTO trips (id, environment, namespace, service, instance, bundle, generation, cause, detail, at) "
                        + "VALUES (@id, 'test', '', 'svc', 'svc-1', 'alpaca', '7', 1, 'a test', @at)",
                    ("id", StoredValue.Id(database.Dialect, id)),
                    ("at", StoredValue.Timestamp(database.Dialect, DateTimeOffset.UnixEpoch))
                );
                return await command.ExecuteNonQueryAsync(ct);
            },
            Ct
        );

        await SchemaMigrator.MigrateAsync(database, SchemaMigrations.Strongroom, Ct);

        var trips = await new Storage.Breaker.TripStore(database, new StrongroomSchema(database)).ListUnclearedAsync(
            new TripScope("test", ""),
            Ct
        );
        Assert.Equal((id, "7"), Assert.Single(trips.Select(trip => (trip.Id, trip.Version))));
    }

    [Fact]
    public async Task EnsureAsync_outside_local_and_test_refuses_an_old_schema_and_says_what_to_run()
    {
        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            SchemaMigrator.EnsureAsync(Store.Open(DeploymentEnvironment.Production), SchemaMigrations.Strongroom, Ct)
        );

        Assert.Equal(SecretErrorCode.SchemaMismatch, refused.Code);
        Assert.Contains("strongroom database upgrade", refused.Message, StringComparison.Ordinal);
        Assert.Contains("version 0", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Local)]
    [InlineData(DeploymentEnvironment.Test)]
    public async Task EnsureAsync_in_local_and_test_migrates(DeploymentEnvironment environment)
    {
        await SchemaMigrator.EnsureAsync(Store.Open(environment), SchemaMigrations.Strongroom, Ct);

        await SchemaMigrator.EnsureAsync(Store.Open(DeploymentEnvironment.Production), SchemaMigrations.Strongroom, Ct);
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Test)]
    [InlineData(DeploymentEnvironment.Production)]
    public async Task EnsureAsync_refuses_a_newer_schema_everywhere(DeploymentEnvironment environment)
    {
        await SchemaMigrator.MigrateAsync(Store.Open(), s_ownNewer, Ct);

        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            SchemaMigrator.EnsureAsync(Store.Open(environment), s_own, Ct)
        );

        Assert.Equal(SecretErrorCode.SchemaMismatch, refused.Code);
        Assert.Contains("a schema cannot be downgraded", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unrelated text")]
    [InlineData("version text, type integer, success boolean")]
    public async Task EnsureAsync_refuses_the_table_of_another_program(string columns)
    {
        var database = Store.Open();
        await database.UseAsync((connection, ct) => connection.ExecuteAsync($"CREATE TABLE orders_schema ({columns})", ct), Ct);
        if (columns.StartsWith("version", StringComparison.Ordinal))
            await database.UseAsync(
                (connection, ct) => connection.ExecuteAsync("INSERT INTO orders_schema VALUES ('1.2 beta', 0, TRUE)", ct),
                Ct
            );

        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            SchemaMigrator.EnsureAsync(database, s_own, Ct)
        );

        Assert.Equal(SecretErrorCode.SchemaMismatch, refused.Code);
        Assert.DoesNotContain("beta", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stores_outside_local_and_test_refuse_an_old_schema()
    {
        var database = Store.Open(DeploymentEnvironment.Staging);
        var schema = new StrongroomSchema(database);

        var audit = await Assert.ThrowsAsync<SecretConfigurationException>(async () =>
            await new Storage.Audit.AuditStore(database, schema).PrepareAsync(Ct)
        );
        var trips = await Assert.ThrowsAsync<SecretConfigurationException>(async () =>
            await new Storage.Breaker.TripStore(database, schema).ListUnclearedAsync(default, Ct)
        );

        Assert.Equal((SecretErrorCode.SchemaMismatch, SecretErrorCode.SchemaMismatch), (audit.Code, trips.Code));
    }

    [Fact]
    public async Task MigrateAsync_that_fails_is_rolled_back_and_says_so_without_the_statement()
    {
        var database = Store.Open();

        var failed = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            SchemaMigrator.MigrateAsync(database, s_broken, Ct)
        );

        Assert.Equal(SecretErrorCode.SchemaMismatch, failed.Code);
        Assert.Null(failed.InnerException);
        Assert.DoesNotContain("half_made", failed.ToString(), StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<SecretConfigurationException>(() => CountAsync("half_made"));
        Assert.Equal(SecretErrorCode.SchemaMismatch, missing.Code);
    }

    [Fact]
    public async Task MigrateAsync_refuses_an_applied_migration_that_was_edited()
    {
        await SchemaMigrator.MigrateAsync(Store.Open(), s_own, Ct);

        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            SchemaMigrator.MigrateAsync(Store.Open(), s_edited, Ct)
        );

        Assert.Contains("edited", refused.Message, StringComparison.Ordinal);
    }
}
