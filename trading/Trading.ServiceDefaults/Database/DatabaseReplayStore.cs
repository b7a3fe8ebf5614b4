using System.Data.Common;
using Strongroom.AspNetCore;
using Strongroom.Storage;

namespace Trading.ServiceDefaults;

/// <summary>Remembers taken webhooks in the database, so that neither a restart nor a second instance takes one again.</summary>
internal sealed class DatabaseReplayStore(Strongroom.Storage.Database database, TimeProvider time) : IReplayStore
{
    public async ValueTask<bool> TryRememberAsync(string id, DateTimeOffset until, CancellationToken ct) =>
        await database.UseAsync(
            async (connection, token) =>
            {
                await RunAsync(connection, "DELETE FROM webhook_replays WHERE until_second < @now", token, ("@now", time.GetUtcNow().ToUnixTimeSeconds()));
                // The primary key decides between two that come at once.
                return await RunAsync(
                    connection, "INSERT INTO webhook_replays (id, until_second) VALUES (@id, @until) ON CONFLICT (id) DO NOTHING", token, ("@id", id), ("@until", until.ToUnixTimeSeconds() + 1)) == 1;
            },
            ct);

    private static async Task<int> RunAsync(DbConnection connection, string sql, CancellationToken ct, params (string Name, object Value)[] parameters)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Both texts are constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
        return await command.ExecuteNonQueryAsync(ct);
    }
}
