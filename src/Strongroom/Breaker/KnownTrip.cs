namespace Strongroom.Breaker;

/// <summary>Where a trip or its clearance is stored.</summary>
[Flags]
internal enum TripLocations
{
    Nowhere = 0,
    File = 1,
    Database = 2,
}

/// <summary>A trip that this process knows.</summary>
/// <param name="Record">The trip.</param>
/// <param name="Recorded">Where it was seen or written.</param>
/// <param name="Clearance">The clearance that was read; null while there is none.</param>
/// <param name="Cleared">Where the clearance was read.</param>
internal sealed record KnownTrip(
    TripRecord Record,
    TripLocations Recorded,
    TripClearance? Clearance = null,
    TripLocations Cleared = TripLocations.Nowhere
)
{
    internal Guid Id => Record.Id;

    /// <summary>This process saw the trip itself, and it is stored nowhere yet.</summary>
    internal bool IsNew { get; init; }

    /// <summary>A clearance that an operator gave to this process, and that was not read back from anywhere yet.</summary>
    internal TripClearance? Proposed { get; init; }

    /// <summary>The loss was noticed again while the trip stood uncleared; null where it was not.</summary>
    internal RepeatedTrip? Again { get; init; }

    /// <summary>The database has the clearance, so that the file need not keep the trip any more.</summary>
    internal bool IsSettled => Cleared.HasFlag(TripLocations.Database);

    /// <summary>What is to be written to a place before it is asked.</summary>
    internal TripClearance? ClearanceFor(TripLocations place) =>
        IsSettled || Cleared.HasFlag(place) ? null : Clearance ?? Proposed;

    /// <summary>A place does not have yet what it shall have.</summary>
    internal bool Awaits(TripLocations place) =>
        ClearanceFor(place) is not null
        || (Clearance is null && !Recorded.HasFlag(place))
        || (IsSettled && place == TripLocations.File && Recorded.HasFlag(place));

    /// <summary>It is not known whether a clearance that is stored there is older than what was noticed again.</summary>
    internal bool IsDoubtful(TripLocations place) => Clearance is null && Again is { } again && !again.Asked.HasFlag(place);
}

/// <summary>What was noticed while a trip for it was known, and may have been cleared elsewhere already.</summary>
/// <param name="Record">The trip that it is where that is so.</param>
/// <param name="At">When.</param>
/// <param name="Asked">Which places had no clearance when they were asked after that.</param>
internal sealed record RepeatedTrip(TripRecord Record, ClockReading At, TripLocations Asked = TripLocations.Nowhere);
