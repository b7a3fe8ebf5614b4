namespace Strongroom.Breaker;

/// <summary>
/// Where trips are kept, so that no restart resets the breaker: a database, and a local file. That a trip is not there says
/// nothing about whether it was cleared: a database that was restored or recreated has lost it. Only a clearance says so.
/// </summary>
public interface ITripStore
{
    /// <summary>Stores a trip; the same id again is harmless.</summary>
    ValueTask RecordAsync(TripRecord trip, CancellationToken ct);

    /// <summary>Gives the trips of one scope that are not cleared, oldest first.</summary>
    ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct);

    /// <summary>Gives the clearances of these trips; none for a trip that is not cleared, or not there.</summary>
    ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(IReadOnlyCollection<Guid> trips, CancellationToken ct);

    /// <summary>Stores that a trip was cleared; false where there is no such trip, or it was cleared before.</summary>
    ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct);
}

/// <summary>How far a trip reaches: everything in one environment and namespace.</summary>
/// <param name="Environment">The deployment environment.</param>
/// <param name="Namespace">The prefix before every name; empty where there is none.</param>
public readonly record struct TripScope(string Environment, string Namespace);

/// <summary>Why the breaker tripped.</summary>
/// <param name="Id">The id that an operator clears it by; sortable by time.</param>
/// <param name="Scope">How far it reaches.</param>
/// <param name="Service">The service that saw it.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="Bundle">The bundle that was lost.</param>
/// <param name="Version">The version that was lost; empty where none was held.</param>
/// <param name="Cause">What happened.</param>
/// <param name="Detail">One sentence for the operator; no value.</param>
/// <param name="At">When.</param>
public sealed record TripRecord(
    Guid Id,
    TripScope Scope,
    string Service,
    string Instance,
    string Bundle,
    string Version,
    TripCause Cause,
    string Detail,
    DateTimeOffset At
)
{
    /// <summary>Who recorded it where it was missing; null where the process that saw the trip recorded it.</summary>
    public TripRestorer? RestoredBy { get; init; }
}

/// <summary>Who brought a known trip to a database that did not have it.</summary>
/// <param name="Service">The service.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="At">When.</param>
public sealed record TripRestorer(string Service, string Instance, DateTimeOffset At);

/// <summary>Who cleared a trip.</summary>
/// <param name="TripId">The trip.</param>
/// <param name="Operator">Who.</param>
/// <param name="Reason">Why, in the operator's words.</param>
/// <param name="At">When.</param>
public sealed record TripClearance(Guid TripId, string Operator, string Reason, DateTimeOffset At);

/// <summary>What tripped the credential breaker. Numbers are stored: never reuse one.</summary>
public enum TripCause
{
    /// <summary>The counterparty rejected the current version, twice.</summary>
    Rejected = 1,

    /// <summary>The hour since the last validation ended.</summary>
    Expired = 2,

    /// <summary>The backend denied it, and the grace is over.</summary>
    Denied = 3,

    /// <summary>It was deleted in the backend, and the grace is over.</summary>
    Deleted = 4,

    /// <summary>An operator tripped it.</summary>
    Manual = 5,
}
