namespace Strongroom.Breaker;

/// <summary>The store of trips on this machine.</summary>
internal interface ILocalTripStore : ITripStore
{
    /// <summary>Gives the trips of one scope that were cleared and are still kept.</summary>
    ValueTask<IReadOnlyList<(TripRecord Trip, TripClearance Clearance)>> ListClearedAsync(TripScope scope, CancellationToken ct);

    /// <summary>Takes trips out whose clearance the database has.</summary>
    ValueTask ForgetAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct);
}
