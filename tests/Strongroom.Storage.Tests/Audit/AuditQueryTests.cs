using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Audit;

public sealed class SqliteAuditQueryTests : AuditQueryConformance
{
    private protected override Task<TestStore> CreateStoreAsync() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class PostgreSqlAuditQueryTests(PostgresFixture postgres) : AuditQueryConformance
{
    private protected override async Task<TestStore> CreateStoreAsync() => await postgres.CreateStoreAsync();
}
