using Npgsql;
using Strongroom.Peers;

namespace PaperRun.Tests.Migration;

/// <summary>The platform's PostgreSQL: a role that owns a database, with a password of the kind that a URL must encode.</summary>
internal sealed class PlatformDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;

    private PlatformDatabase(PostgresServer server) => _server = server;

    internal string User { get; } = "desk";

    internal string Name { get; } = "trading";

    internal string Password { get; } = $"p@{PlatformDotenv.Fresh()}/#:%?";

    internal string Host => _server.Host;

    internal int Port => _server.Port;

    internal static async Task<PlatformDatabase> StartAsync()
    {
        PostgresServer server;
        try
        {
            server = await PostgresServer.StartAsync();
        }
        catch (PeerMissingException e) when (PeerMissingException.MayBeSkipped)
        {
            Assert.Skip(e.Message);
            throw;
        }
        var database = new PlatformDatabase(server);
        await using var owner = await OpenAsync(server, server.User, server.Password, "postgres");
        foreach (
            var sql in new[]
            {
                $"CREATE ROLE {database.User} LOGIN PASSWORD '{database.Password}'",
                $"CREATE DATABASE {database.Name} OWNER {database.User}",
            }
        )
        {
            await using var command = new NpgsqlCommand(sql, owner);
            await command.ExecuteNonQueryAsync();
        }
        return database;
    }

    /// <summary>The first column of each row, as text.</summary>
    internal async Task<IReadOnlyList<string>> ReadAsync(string sql)
    {
        await using var connection = await OpenAsync(_server, User, Password, Name);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        return rows;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<NpgsqlConnection> OpenAsync(PostgresServer server, string user, string password, string database)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder
            {
                Host = server.Host,
                Port = server.Port,
                Username = user,
                Password = password,
                Database = database,
            }.ConnectionString
        );
        await connection.OpenAsync();
        return connection;
    }
}
