using Strongroom.Breaker;

namespace Strongroom.Tests.Support;

/// <summary>A database of trips that outlives a process, can be away, hang, and lose what it held.</summary>
internal sealed class InMemoryTripStore : ITripStore
{
    private readonly Lock _gate = new();
    private readonly List<TripRecord> _trips = [];
    private readonly List<TripClearance> _clearances = [];

    /// <summary>Thrown at whoever asks or writes.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What each call waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public IReadOnlyList<TripRecord> Trips
    {
        get
        {
            lock (_gate)
                return [.. _trips];
        }
    }

    public IReadOnlyList<TripClearance> Clearances
    {
        get
        {
            lock (_gate)
                return [.. _clearances];
        }
    }

    public async ValueTask RecordAsync(TripRecord trip, CancellationToken ct)
    {
        await EnterAsync();
        lock (_gate)
        {
            if (!_trips.Exists(known => known.Id == trip.Id))
                _trips.Add(trip);
        }
    }

    public async ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct)
    {
        await EnterAsync();
        lock (_gate)
            return
            [
                .. _trips.Where(trip => trip.Scope == scope && !_clearances.Exists(clearance => clearance.TripId == trip.Id)),
            ];
    }

    public async ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(
        IReadOnlyCollection<Guid> trips,
        CancellationToken ct
    )
    {
        await EnterAsync();
        lock (_gate)
            return [.. _clearances.Where(clearance => trips.Contains(clearance.TripId))];
    }

    public async ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct)
    {
        await EnterAsync();
        lock (_gate)
        {
            if (
                !_trips.Exists(trip => trip.Id == clearance.TripId)
                || _clearances.Exists(known => known.TripId == clearance.TripId)
            )
                return false;
            _clearances.Add(clearance);
            return true;
        }
    }

    /// <summary>What a backup holds.</summary>
    public (TripRecord[] Trips, TripClearance[] Clearances) Backup()
    {
        lock (_gate)
            return ([.. _trips], [.. _clearances]);
    }

    /// <summary>It is recreated, restored from a backup, or answered by a replica that lags.</summary>
    public void Restore((TripRecord[] Trips, TripClearance[] Clearances) backup = default)
    {
        lock (_gate)
        {
            _trips.Clear();
            _trips.AddRange(backup.Trips ?? []);
            _clearances.Clear();
            _clearances.AddRange(backup.Clearances ?? []);
        }
    }

    private async Task EnterAsync()
    {
        await Gate;
        if (Failure is not null)
            throw Failure;
    }
}
