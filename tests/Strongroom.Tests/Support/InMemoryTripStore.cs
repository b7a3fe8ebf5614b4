using Strongroom.Breaker;

namespace Strongroom.Tests.Support;

/// <summary>A database of trips that outlives a process, and can be away.</summary>
internal sealed class InMemoryTripStore : ITripStore
{
    public Exception? Failure { get; set; }

    public List<TripRecord> Trips { get; } = [];

    public List<TripClearance> Clearances { get; } = [];

    public ValueTask RecordAsync(TripRecord trip, CancellationToken ct)
    {
        Throw();
        if (!Trips.Exists(known => known.Id == trip.Id))
            Trips.Add(trip);
        return default;
    }

    public ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct)
    {
        Throw();
        return new([.. Trips.Where(trip => trip.Scope == scope && !Clearances.Exists(clearance => clearance.TripId == trip.Id))]);
    }

    public ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct)
    {
        Throw();
        if (!Trips.Exists(trip => trip.Id == clearance.TripId) || Clearances.Exists(known => known.TripId == clearance.TripId))
            return new(false);
        Clearances.Add(clearance);
        return new(true);
    }

    private void Throw()
    {
        if (Failure is not null)
            throw Failure;
    }
}
