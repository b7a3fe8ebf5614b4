using Npgsql;
using PaperRun.Tests.Support;
using Strongroom.Peers;

namespace PaperRun.Tests.Day;

/// <summary>A day on PostgreSQL and Redis, both real, with the passwords of the <c>.env</c>.</summary>
public sealed class PeersDayTests : IAsyncLifetime
{
    private readonly RunLocation _location = new();
    private PostgresServer _postgres = null!;
    private RedisServer _redis = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _postgres = await PostgresServer.StartAsync();
            _redis = await RedisServer.StartAsync();
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
        }
    }

    [Fact]
    public async Task Day_keeps_its_audit_in_PostgreSQL_where_it_adds_up_and_cannot_be_changed()
    {
        _location.WriteDotenv(("DATABASE_PASSWORD", _postgres.Password), ("REDIS_PASSWORD", _redis.Password));
        await using var run = _location.Start(
            new Dictionary<string, string>
            {
                ["DATABASE_HOST"] = _postgres.Host,
                ["DATABASE_PORT"] = $"{_postgres.Port}",
                ["DATABASE_NAME"] = "postgres",
                ["DATABASE_USER"] = _postgres.User,
                ["REDIS_URL"] = $"redis://{_redis.Host}:{_redis.Port}/0",
            },
            "--cycles",
            "4",
            "--symbols",
            "AAPL,NVDA"
        );

        Assert.True(await run.WaitForExitAsync() == 0, run.Errors);
        Assert.False(File.Exists(_location.Database));
        var summary = new SummaryText(run.Output);
        Assert.Equal(4, summary.Cycles);
        Assert.Contains(summary.Accesses, access =>
            access is { Service: "orchestrator", Name: "database/password", Operation: "get" }
        );
        Assert.Contains(summary.Accesses, access =>
            access is { Service: "risk_manager", Name: "redis/password", Operation: "get" }
        );

        await using var connection = await ConnectAsync();
        // The run reads the database's password for the summary itself, too.
        var stored = await SumAccessesAsync(connection);
        Assert.Equal(Without(summary.AccessesByService, "paper_run"), Without(stored, "paper_run"));
        Assert.True(stored["paper_run"] >= summary.AccessesByService["paper_run"]);
        foreach (
            var change in new[] { "UPDATE access_log SET access_count = 0", "DELETE FROM access_log", "TRUNCATE access_log" }
        )
            Assert.Contains(
                "never changed",
                (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, change))).MessageText,
                StringComparison.Ordinal
            );
    }

    private static IEnumerable<KeyValuePair<string, long>> Without(
        IEnumerable<KeyValuePair<string, long>> sums,
        string service
    ) => sums.Where(pair => pair.Key != service).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _location.Dispose();
        if (_redis is not null)
            await _redis.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder
            {
                Host = _postgres.Host,
                Port = _postgres.Port,
                Username = _postgres.User,
                Password = _postgres.Password,
                Database = "postgres",
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<Dictionary<string, long>> SumAccessesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT service, SUM(access_count)::bigint FROM access_log_readable WHERE operation NOT IN ('open', 'close') "
                + "GROUP BY service",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync();
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            sums[reader.GetString(0)] = reader.GetInt64(1);
        return sums;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
