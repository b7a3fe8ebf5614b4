using Npgsql;
using Strongroom.Audit;
using Strongroom.Peers;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Audit;

public sealed class PostgreSqlAuditStoreTests(PostgresFixture postgres) : AuditStoreConformance
{
    private protected override async Task<TestStore> CreateStoreAsync() => await postgres.CreateStoreAsync();

    [Fact]
    public async Task Truncate_is_refused()
    {
        var store = Store.OpenAudit();
        await store.AppendAsync([AccessRows.Row(Guid.NewGuid(), 1)], Ct);

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            Store.Open().UseAsync((connection, ct) => connection.ExecuteAsync("TRUNCATE access_log", ct), Ct)
        );

        Assert.Equal(PostgresErrorCodes.RestrictViolation, refused.SqlState);
    }

    [Fact]
    public async Task AppendAsync_to_a_database_in_latin1_stores_all_rows_and_what_it_lacks_as_numbers()
    {
        var server = await postgres.GetServerAsync();
        var name = $"latin_{Guid.NewGuid():N}";
        await PostgresFixture.ExecuteAsync(
            server,
            "postgres",
            $"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        );
        await using var latin = new PostgresTestStore(server, name);
        var boot = Guid.NewGuid();
        var store = latin.OpenAudit();
        var instance = new InstanceRow("東京-1", boot, "svc", "test", "vault", "host", 1, "jo", AccessRows.Start);

        await store.AppendAsync(
            instance,
            [
                .. AccessRows
                    .Range(boot, 1, 3)
                    .Select(row => row with { Instance = "東京-1", RequestId = $"Zürich-{row.Sequence}-✓" }),
            ],
            Ct
        );
        await store.AppendAsync(instance, [AccessRows.Row(boot, 4) with { Instance = "東京-1" }], Ct);

        var rows = await store.QueryAllAsync();
        Assert.Equal([1L, 2L, 3L, 4L], rows.Select(row => row.Sequence));
        Assert.All(rows, row => Assert.Equal((@"\u6771\u4eac-1", "jo"), (row.Instance, row.Actor)));
        Assert.Equal(@"Z\u00fcrich-1-\u2713", rows[0].RequestId);
        Assert.Empty(await store.FindMissingAsync("東京-1", boot, new SequenceRange(1, 4), Ct));
    }

    [Fact]
    public async Task PrepareAsync_by_a_role_that_may_not_insert_is_denied()
    {
        await Store.OpenAudit().PrepareAsync(Ct);
        var store = (PostgresTestStore)Store;
        var role = $"reader_{Guid.NewGuid():N}";
        await PostgresFixture.ExecuteAsync(
            store.Server,
            store.Name,
            $"CREATE ROLE {role} LOGIN PASSWORD '{store.Server.Password}'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
        );
        await using var database = Database.Create(
            store.Context with
            {
                Options = new DatabaseOptions
                {
                    Host = store.Server.Host,
                    Port = store.Server.Port,
                    Name = store.Name,
                    User = role,
                },
            }
        );
        var audit = new Storage.Audit.AuditStore(database, new Storage.Schema.StrongroomSchema(database));

        var denied = await Assert.ThrowsAsync<SecretAccessDeniedException>(async () => await audit.PrepareAsync(Ct));
        Assert.Equal(SecretErrorCode.Denied, denied.Code);

        denied = await Assert.ThrowsAsync<SecretAccessDeniedException>(async () =>
            await audit.AppendAsync([AccessRows.Row(Guid.NewGuid(), 1)], Ct)
        );
        Assert.Equal(SecretErrorCode.Denied, denied.Code);
    }

    /// <summary>The drainer's own view: it ships again until it is told that a batch is stored.</summary>
    [Fact]
    public async Task AppendAsync_through_crashes_of_the_server_loses_and_doubles_nothing()
    {
        var server = await PostgresServer.StartAsync(Ct);
        await using var _ = server;
        await PostgresFixture.ExecuteAsync(server, "postgres", "CREATE DATABASE own");
        await using var own = new PostgresTestStore(server, "own");
        var store = own.OpenAudit();
        await store.PrepareAsync(Ct);
        var boot = Guid.NewGuid();
        var enough = new TaskCompletionSource();
        var shipped = 0;

        var drainer = Task.Run(
            async () =>
            {
                for (var batch = 0; batch < 400; batch++)
                {
                    while (!await TryAppendAsync(store, AccessRows.Range(boot, (batch * 50) + 1, 50)))
                        await Task.Yield();
                    if (++shipped == 100)
                        enough.SetResult();
                }
            },
            Ct
        );
        await enough.Task.WaitAsync(Ct);
        for (var crash = 0; crash < 2; crash++)
        {
            await server.CrashAsync();
            await server.RestartAsync(Ct);
        }
        await drainer;

        Assert.Equal(
            Enumerable.Range(1, 400 * 50).Select(i => (long)i),
            (await store.QueryAllAsync()).Select(row => row.Sequence)
        );
    }

    [Fact]
    public async Task AppendAsync_while_the_server_is_away_says_so_and_works_again_after()
    {
        var server = await PostgresServer.StartAsync(Ct);
        await using var _ = server;
        await PostgresFixture.ExecuteAsync(server, "postgres", "CREATE DATABASE own");
        await using var own = new PostgresTestStore(server, "own");
        var store = own.OpenAudit();
        var boot = Guid.NewGuid();
        await store.AppendAsync(AccessRows.Range(boot, 1, 10), Ct);
        await server.CrashAsync();

        // The first may meet the old connection, the second has to make a new one.
        for (var i = 0; i < 2; i++)
        {
            var away = await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
                await store.AppendAsync(AccessRows.Range(boot, 11, 10), Ct)
            );
            Assert.Equal(SecretErrorCode.Unreachable, away.Code);
            Assert.Contains(own.Name, away.Message, StringComparison.Ordinal);
        }

        await server.RestartAsync(Ct);
        await store.AppendAsync(AccessRows.Range(boot, 1, 20), Ct);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), (await store.QueryAllAsync()).Select(row => row.Sequence));
    }

    private static async Task<bool> TryAppendAsync(Storage.Audit.AuditStore store, List<Strongroom.Audit.AccessRow> rows)
    {
        try
        {
            await store.AppendAsync(rows, Ct);
            return true;
        }
        catch (SecretUnavailableException)
        {
            return false;
        }
    }
}
