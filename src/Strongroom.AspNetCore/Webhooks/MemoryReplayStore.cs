namespace Strongroom.AspNetCore;

/// <summary>
/// Remembers ids in this process only, for tests and for receivers that may handle a webhook again after a restart. When full, it
/// forgets the oldest ids, but none younger than an hour; until then it refuses new ones.
/// </summary>
public sealed class MemoryReplayStore : IReplayStore
{
    internal const int Capacity = 65_536;

    /// <summary>A wide margin over the window in which a webhook is accepted.</summary>
    private static readonly TimeSpan s_shortest = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Entry> _known = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Entry, long> _ends = new();

    /// <summary>Creates an empty store.</summary>
    public MemoryReplayStore(TimeProvider time) => _time = time;

    /// <inheritdoc/>
    public ValueTask<ReplayClaim> ClaimAsync(string id, DateTimeOffset until, CancellationToken ct)
    {
        lock (_gate)
        {
            var now = Monotonic;
            while (
                _ends.TryPeek(out var first, out var end)
                && (end < now || (_ends.Count >= Capacity && now - first.Since > s_shortest.Ticks))
            )
                Remove(_ends.Dequeue());
            if (_known.TryGetValue(id, out var known))
                return ValueTask.FromResult(known.IsHandled ? ReplayClaim.Handled : ReplayClaim.InProgress);
            if (_ends.Count >= Capacity)
                throw new SecretUnavailableException(
                    SecretErrorCode.Throttled,
                    $"More than {Capacity} webhooks arrived within an hour. Register an IReplayStore that keeps them in a "
                        + "database."
                );
            var entry = new Entry(id, now);
            _known.Add(id, entry);
            // Only the length is kept: a later step of the clock neither shortens nor extends it.
            _ends.Enqueue(entry, now + (until - _time.GetUtcNow()).Ticks);
            return ValueTask.FromResult(ReplayClaim.Claimed);
        }
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(string id, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(id, out var entry))
                entry.IsHandled = true;
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ForgetAsync(string id, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_known.Remove(id, out var entry))
                _ends.Remove(entry, out _, out _);
        }
        return ValueTask.CompletedTask;
    }

    private long Monotonic => _time.GetElapsedTime(0).Ticks;

    private void Remove(Entry entry) => _known.Remove(entry.Id);

    private sealed class Entry(string id, long since)
    {
        internal string Id => id;

        internal long Since => since;

        internal bool IsHandled { get; set; }
    }
}
