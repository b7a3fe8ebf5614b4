namespace Strongroom.AspNetCore;

/// <summary>
/// Remembers in this process, and forgets at its end: for tests and for receivers of which a restart is no concern. Full, it refuses.
/// </summary>
public sealed class MemoryReplayStore : IReplayStore
{
    private const int Capacity = 65_536;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> _ends = new();

    /// <summary>Makes an empty one.</summary>
    public MemoryReplayStore(TimeProvider time) => _time = time;

    /// <inheritdoc/>
    public ValueTask<bool> TryRememberAsync(string id, DateTimeOffset until, CancellationToken ct)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_ends.TryPeek(out var ended, out var end) && end < now)
            {
                _known.Remove(ended);
                _ends.Dequeue();
            }
            if (_known.Count >= Capacity || !_known.Add(id))
                return ValueTask.FromResult(false);
            _ends.Enqueue(id, until);
            return ValueTask.FromResult(true);
        }
    }
}
