using Npgsql;
using Strongroom.Peers;

namespace Strongroom.Storage.Tests.Support;

/// <summary>
/// One PostgreSQL for the run, started by the first test that needs it; each test has a database of its own in it.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartAsync());

    public async Task<PostgresServer> GetServerAsync()
    {
        try
        {
            return await _server.Value;
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    internal async Task<PostgresTestStore> CreateStoreAsync()
    {
        var server = await GetServerAsync();
        var name = $"test_{Guid.NewGuid():N}";
        await ExecuteAsync(server, "postgres", $"CREATE DATABASE {name}");
        return new PostgresTestStore(server, name);
    }

    /// <summary>Executes as the owner, past the code under test.</summary>
    internal static async Task ExecuteAsync(PostgresServer server, string database, string sql)
    {
        var connectionString = new NpgsqlConnectionStringBuilder
        {
            Host = server.Host,
            Port = server.Port,
            Username = server.User,
            Password = server.Password,
            Database = database,
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(connectionString.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _server.Value).DisposeAsync();
    }
}
