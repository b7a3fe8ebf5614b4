using Microsoft.Data.Sqlite;

namespace PaperRun.Tests.Support;

/// <summary>A look into a run's SQLite database, beside whatever uses it.</summary>
internal static class SqliteFile
{
    internal static async Task<Dictionary<string, long>> SumAccessesAsync(string path)
    {
        await using var connection = await OpenAsync(path);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT service, SUM(access_count) FROM access_log_readable WHERE operation NOT IN ('open', 'close') GROUP BY "
            + "service";
        await using var reader = await command.ExecuteReaderAsync();
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            sums[reader.GetString(0)] = reader.GetInt64(1);
        return sums;
    }

    /// <summary>The services that have read a secret from that backend, sorted.</summary>
    internal static async Task<List<string>> ReadersOfAsync(string path, string backend)
    {
        await using var connection = await OpenAsync(path);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT DISTINCT service FROM access_log_readable WHERE operation = 'fetch' AND source = 'backend' AND outcome = "
            + "'success' AND backend = $backend ORDER BY service";
        command.Parameters.AddWithValue("$backend", backend);
        await using var reader = await command.ExecuteReaderAsync();
        var services = new List<string>();
        while (await reader.ReadAsync())
            services.Add(reader.GetString(0));
        return services;
    }

    /// <summary>Puts a text where any service could have put one: into a row.</summary>
    internal static async Task InsertAsync(string path, string text)
    {
        await using var connection = await OpenAsync(path);
        await using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE planted (text TEXT NOT NULL); INSERT INTO planted (text) VALUES ($text)";
        command.Parameters.AddWithValue("$text", text);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<SqliteConnection> OpenAsync(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = 30,
            }.ToString()
        );
        await connection.OpenAsync();
        return connection;
    }
}
