using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Breaker;

public sealed class SqliteTripStoreTests : TripStoreConformance
{
    private protected override Task<TestStore> CreateStoreAsync() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class PostgreSqlTripStoreTests(PostgresFixture postgres) : TripStoreConformance
{
    private protected override async Task<TestStore> CreateStoreAsync() => await postgres.CreateStoreAsync();
}
