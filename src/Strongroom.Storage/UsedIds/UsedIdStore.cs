using Strongroom.Storage.Schema;

namespace Strongroom.Storage.UsedIds;

/// <summary>The table <c>used_ids</c>. Its primary key decides between two that come at once, on whichever instances.</summary>
internal sealed class UsedIdStore(Database database, StrongroomSchema schema, TimeProvider time) : IUsedIdStore
{
    /// <summary>
    /// A wide margin over any window in which an id could be believed, so that a clock that is stepped there and back frees none.
    /// </summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();
    private long _swept = time.GetTimestamp() - s_sweepInterval.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond;

    public async ValueTask<bool> TryUseAsync(string id, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        await schema.EnsureAsync(ct);
        return await database.UseAsync(
            async (connection, token) =>
            {
                await using var use = connection.Command(
                    "INSERT INTO used_ids (id, used_at) VALUES (@id, @at) ON CONFLICT (id) DO NOTHING",
                    ("id", StoredValue.Text(id)),
                    ("at", StoredValue.ClockReading(database.Dialect, time.GetUtcNow()))
                );
                var isFirst = await use.ExecuteNonQueryAsync(token) == 1;
                if (IsSweepDue())
                {
                    await using var sweep = connection.Command(
                        "DELETE FROM used_ids WHERE used_at < @before",
                        ("before", StoredValue.ClockReading(database.Dialect, NowAtMost - s_kept))
                    );
                    await sweep.ExecuteNonQueryAsync(token);
                }
                return isFirst;
            },
            ct
        );
    }

    /// <summary>
    /// The earlier of the wall clock and of what it must show by the time that has passed: one that was stepped ahead ages no
    /// row.
    /// </summary>
    private DateTimeOffset NowAtMost
    {
        get
        {
            var (wall, steady) = (time.GetUtcNow(), _startedAt + time.GetElapsedTime(_started));
            return wall < steady ? wall : steady;
        }
    }

    private bool IsSweepDue()
    {
        var swept = Volatile.Read(ref _swept);
        return time.GetElapsedTime(swept) >= s_sweepInterval
            && Interlocked.CompareExchange(ref _swept, time.GetTimestamp(), swept) == swept;
    }
}
