using Strongroom.Storage.Schema;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Schema;

/// <summary>A service's own tables come back with the database, though the process made sure of them long ago.</summary>
public abstract class KeptSchemaConformance : StoreTests
{
    private static readonly SchemaMigrations s_own = new(
        "own",
        typeof(KeptSchemaConformance).Assembly,
        "Strongroom.Storage.Tests.Schema.Own",
        "schema_own"
    );

    [Fact]
    public async Task Own_tables_come_back_after_the_database_was_made_anew()
    {
        var database = Store.Open();
        await SchemaMigrator.EnsureAsync(database, s_own, Ct);
        await SchemaMigrator.EnsureAsync(database, SchemaMigrations.Strongroom, Ct);
        await Store.RecreateAsync();

        for (var round = 0; ; round++)
        {
            try
            {
                Assert.Equal(
                    0,
                    await database.UseAsync(
                        async (connection, ct) => (long)(await connection.ScalarAsync("SELECT count(*) FROM orders", ct))!,
                        Ct
                    )
                );
                break;
            }
            catch (SecretException) when (round < 5) { }
        }
        Assert.Equal(0, await CountAsync("access_log"));
    }

    [Fact]
    public async Task Outside_of_local_and_test_a_missing_table_is_told_until_somebody_upgrades()
    {
        await SchemaMigrator.MigrateAsync(Store.Open(), s_own, Ct);
        var database = Store.Open(DeploymentEnvironment.Production);
        await SchemaMigrator.EnsureAsync(database, s_own, Ct);
        await Store.RecreateAsync();

        for (var round = 0; round < 3; round++)
            await Assert.ThrowsAnyAsync<SecretException>(() =>
                database.UseAsync((connection, ct) => connection.ScalarAsync("SELECT count(*) FROM orders", ct), Ct)
            );
        await SchemaMigrator.MigrateAsync(Store.Open(), s_own, Ct);
        Assert.Equal(
            0L,
            await database.UseAsync((connection, ct) => connection.ScalarAsync("SELECT count(*) FROM orders", ct), Ct)
        );
    }
}

public sealed class SqliteKeptSchemaTests : KeptSchemaConformance
{
    private protected override Task<TestStore> CreateStoreAsync() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class PostgreSqlKeptSchemaTests(PostgresFixture postgres) : KeptSchemaConformance
{
    private protected override async Task<TestStore> CreateStoreAsync() => await postgres.CreateStoreAsync();
}
