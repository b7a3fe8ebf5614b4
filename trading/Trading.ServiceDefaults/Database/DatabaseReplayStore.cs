using Strongroom.AspNetCore;
using Strongroom.Storage;

namespace Trading.ServiceDefaults;

/// <summary>Remembers webhooks in the database, so that none is handled again after a restart or by another instance.</summary>
internal sealed class DatabaseReplayStore(Strongroom.Storage.Database database, TimeProvider time) : IReplayStore
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();

    public async ValueTask<ReplayClaim> ClaimAsync(string id, DateTimeOffset until, CancellationToken ct)
    {
        var now = NowAtMost.ToUnixTimeSeconds();
        await RunAsync("DELETE FROM webhook_replays WHERE until_second < @now", ct, ("now", now));
        // The primary key decides between two concurrent claims.
        if (
            await RunAsync(
                "INSERT INTO webhook_replays (id, until_second) VALUES (@id, @until) ON CONFLICT (id) DO NOTHING",
                ct,
                ("id", id),
                ("until", until.ToUnixTimeSeconds() + 1)
            ) == 1
        )
            return ReplayClaim.Claimed;
        // Where the row is gone, its handler has just failed, and the sender should try again.
        return await IsHandledAsync(id, ct) ? ReplayClaim.Handled : ReplayClaim.InProgress;
    }

    public async ValueTask CompleteAsync(string id, CancellationToken ct) =>
        await RunAsync("UPDATE webhook_replays SET handled = TRUE WHERE id = @id", ct, ("id", id));

    public async ValueTask ForgetAsync(string id, CancellationToken ct) =>
        await RunAsync("DELETE FROM webhook_replays WHERE id = @id", ct, ("id", id));

    /// <summary>
    /// The earlier of the wall clock and of its expected value by monotonic time, so that a clock that is stepped forward
    /// expires no row.
    /// </summary>
    private DateTimeOffset NowAtMost
    {
        get
        {
            var (wall, steady) = (time.GetUtcNow(), _startedAt + time.GetElapsedTime(_started));
            return wall < steady ? wall : steady;
        }
    }

    private Task<bool> IsHandledAsync(string id, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    "SELECT COUNT(*) FROM webhook_replays WHERE id = @id AND handled",
                    ("id", id)
                );
                return await command.ExecuteScalarAsync(token) is > 0L;
            },
            ct
        );

    private Task<int> RunAsync(string sql, CancellationToken ct, params (string Name, object? Value)[] parameters) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(sql, parameters);
                return await command.ExecuteNonQueryAsync(token);
            },
            ct
        );
}
