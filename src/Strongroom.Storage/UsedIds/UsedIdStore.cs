using Strongroom.Storage.Schema;

namespace Strongroom.Storage.UsedIds;

/// <summary>
/// Stores single-use ids in the table <c>used_ids</c>. Its primary key decides between concurrent uses, on whichever instances.
/// </summary>
internal sealed class UsedIdStore(Database database, StrongroomSchema schema, TimeProvider time) : IUsedIdStore
{
    /// <summary>Far longer than any id is valid, so that no clock that is set forward and back makes one usable again.</summary>
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
                    ("at", StoredValue.Timestamp(database.Dialect, time.GetUtcNow()))
                );
                var isFirst = await use.ExecuteNonQueryAsync(token) == 1;
                if (IsSweepDue())
                {
                    await using var sweep = connection.Command(
                        "DELETE FROM used_ids WHERE used_at < @before",
                        ("before", StoredValue.Timestamp(database.Dialect, EarliestNow - s_kept))
                    );
                    await sweep.ExecuteNonQueryAsync(token);
                }
                return isFirst;
            },
            ct
        );
    }

    /// <summary>
    /// The earlier of the wall clock and the start time plus the elapsed time, so that a wall clock that is set ahead does not
    /// age rows.
    /// </summary>
    private DateTimeOffset EarliestNow
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
