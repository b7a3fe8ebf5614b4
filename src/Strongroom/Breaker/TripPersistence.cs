namespace Strongroom.Breaker;

/// <summary>Stores trips in the local file and in the database, and reads both; neither waits for the other.</summary>
internal sealed class TripPersistence(TripStoreSync file, TripStoreSync database, KnownTrips known, ElapsedClock clocks)
{
    /// <summary>How long a caller waits for a store that hangs. The operation on the store continues.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Enough to copy a trip from one store to the other, and its clearance back.</summary>
    private const int MostRounds = 3;

    /// <summary>Why the breaker stays halted until more is read; null where all was read that there is.</summary>
    internal string? Unread =>
        !file.WasRead ? "the local file of trips cannot be read"
        : !database.WasRead ? "the trips could not be read from the database yet"
        : null;

    internal bool IsBehind => file.IsBehind || database.IsBehind;

    /// <summary>
    /// Writes on both ways what is not there yet. The first result ends once a trip is stored somewhere, or cannot be now;
    /// the other once both ways were tried.
    /// </summary>
    internal (Task Somewhere, Task Both) Record(Guid id)
    {
        var (one, other) = (file.RunAsync(), database.RunAsync());
        var both = Task.WhenAll(one, other);
        return (SomewhereAsync(id, Task.WhenAny(one, other), both), WaitAsync(both));
    }

    /// <summary>Reads both ways, and writes to each what the other knows.</summary>
    /// <returns>Why not all could be asked; null where it could.</returns>
    internal async Task<string?> SyncAsync(CancellationToken ct)
    {
        var rounds = await Task.WhenAll(SyncAsync(file), SyncAsync(database)).WaitAsync(ct).ConfigureAwait(false);
        for (var i = 1; i < MostRounds && IsBehind; i++)
        {
            var behind = new[] { file, database }.Where((way, which) => rounds[which].Fault is null && way.IsBehind).ToArray();
            if (behind.Length == 0)
                break;
            await Task.WhenAll(behind.Select(SyncAsync)).WaitAsync(ct).ConfigureAwait(false);
        }
        return Array.Find(rounds, round => !round.Asked)?.Fault;
    }

    internal Task Current => Task.WhenAll(file.Current, database.Current);

    internal void Retry()
    {
        file.Retry();
        database.Retry();
    }

    private async Task SomewhereAsync(Guid id, Task first, Task both)
    {
        await WaitAsync(first).ConfigureAwait(false);
        if (known.Find(id) is { Recorded: TripLocations.Nowhere })
            await WaitAsync(both).ConfigureAwait(false);
    }

    private async Task<TripSyncResult> SyncAsync(TripStoreSync way)
    {
        var round = way.RunAsync();
        await ((Task)round).WaitAsync(Patience, clocks.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return round.IsCompleted ? await round.ConfigureAwait(false) : way.Hangs(Patience);
    }

    /// <summary>Does not throw: a round that takes longer goes on, and its result is picked up by a later one.</summary>
    private async Task WaitAsync(Task task) =>
        await task.WaitAsync(Patience, clocks.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
