using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Schema;

public sealed class SqliteSchemaMigratorTests : SchemaMigratorConformance
{
    private protected override Task<TestStore> CreateStoreAsync() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class PostgreSqlSchemaMigratorTests(PostgresFixture postgres) : SchemaMigratorConformance
{
    private protected override async Task<TestStore> CreateStoreAsync() => await postgres.CreateStoreAsync();
}
