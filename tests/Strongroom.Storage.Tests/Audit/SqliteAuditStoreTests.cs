using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Audit;

public sealed class SqliteAuditStoreTests : AuditStoreConformance
{
    private protected override Task<TestStore> CreateStoreAsync() => Task.FromResult<TestStore>(new SqliteTestStore());

    [Fact]
    public async Task InsertOrReplace_does_not_get_past_the_triggers()
    {
        var row = AccessRows.Row(Guid.NewGuid(), 1);
        var store = Store.OpenAudit();
        await store.AppendAsync([row], Ct);

        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() =>
            Store
                .Open()
                .UseAsync(
                    (connection, ct) => connection.ExecuteAsync("INSERT OR REPLACE INTO access_log SELECT * FROM access_log", ct),
                    Ct
                )
        );

        Assert.Equal([row], await store.QueryAllAsync());
    }

    [Fact]
    public async Task Readable_view_shows_moments_with_microseconds()
    {
        await Store.OpenAudit().AppendAsync([AccessRows.Row(Guid.NewGuid(), 1)], Ct);

        var shown = await Store
            .Open()
            .UseAsync((connection, ct) => connection.ScalarAsync("SELECT first_at FROM access_log_readable", ct), Ct);

        Assert.Equal("2026-03-14T09:26:53.589793Z", shown);
    }
}
