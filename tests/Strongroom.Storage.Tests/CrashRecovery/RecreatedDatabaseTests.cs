using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>
/// The database is dropped and recreated while a reader reads: the journal's rows are shipped again, with their instance.
/// </summary>
public abstract class RecreatedDatabaseConformance : StoreTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reader_whose_database_was_recreated_is_accounted_for_in_full(bool killed)
    {
        using var home = new ReaderSecretSource();
        home.PointTo(Store);
        using (var life = await home.StartAsync())
        {
            await ReaderSecretSource.UntilAsync(async () => (await Store.OpenAudit().QueryAllAsync()).Count > 5);
            await Store.RecreateAsync();
            await life.ReadOnAsync();
            await (killed ? home.KillAsync(life) : home.EndAsync(life));
        }

        await home.LiveAsync();
        await home.AssertAccountedAsync(Store);
        Assert.Equal(2, await CountAsync("instances"));
    }
}

public sealed class SqliteRecreatedDatabaseTests : RecreatedDatabaseConformance
{
    private protected override Task<TestStore> CreateStoreAsync() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class PostgreSqlRecreatedDatabaseTests(PostgresFixture postgres) : RecreatedDatabaseConformance
{
    private protected override async Task<TestStore> CreateStoreAsync() => await postgres.CreateStoreAsync();
}
