namespace Strongroom.Breaker;

/// <summary>What the permission rests on, as of one instant.</summary>
/// <param name="Uncleared">The uncleared trips, oldest first.</param>
/// <param name="Clearances">The number of clearances read so far.</param>
/// <param name="ClearedAt">When the last one was.</param>
internal sealed record TripSnapshot(IReadOnlyList<TripRecord> Uncleared, int Clearances, ClockReading ClearedAt);

/// <summary>
/// The trips that this process knows, in memory only: nothing here waits. A trip ends by a clearance that was read, never by
/// being absent from a file or database.
/// </summary>
internal sealed class KnownTrips(ElapsedClock clocks)
{
    /// <summary>How many cleared trips are kept, so that a file that still has one does not halt the breaker.</summary>
    private const int MostCleared = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, KnownTrip> _trips = [];
    private readonly Queue<TripRecord> _unreported = new();
    private volatile TripSnapshot _snapshot = new([], 0, default);
    private bool _hasNews;

    internal TripSnapshot Snapshot => _snapshot;

    internal KnownTrip[] All
    {
        get
        {
            lock (_gate)
                return [.. _trips.Values];
        }
    }

    internal KnownTrip? Find(Guid id)
    {
        lock (_gate)
            return _trips.GetValueOrDefault(id);
    }

    internal bool Awaits(TripLocations place)
    {
        lock (_gate)
            return _trips.Values.Any(trip => trip.Awaits(place));
    }

    /// <summary>One lost version is one trip, however many notice it.</summary>
    internal TripRecord FindOrAdd(string bundle, TripCause cause, string version, Func<TripRecord> make, out bool isNew)
    {
        lock (_gate)
        {
            var known = _snapshot.Uncleared.FirstOrDefault(trip =>
                trip.Bundle == bundle && trip.Cause == cause && trip.Version == version
            );
            isNew = known is null;
            if (known is not null)
            {
                // Where it is stored nowhere yet, it cannot have been cleared.
                if (_trips[known.Id] is { Recorded: not TripLocations.Nowhere } stored)
                    Set(stored with { Again = new RepeatedTrip(make(), clocks.Now) });
                return known;
            }
            var made = make();
            Set(new KnownTrip(made, TripLocations.Nowhere) { IsNew = true });
            if (_snapshot.Uncleared is [] || _snapshot.Uncleared[^1].At < made.At)
                (_snapshot, _hasNews) = (_snapshot with { Uncleared = [.. _snapshot.Uncleared, made] }, false);
            else
                Publish();
            return made;
        }
    }

    /// <summary>Adds the trips that a store lists as uncleared.</summary>
    internal void Listed(TripLocations place, IReadOnlyList<TripRecord> uncleared)
    {
        lock (_gate)
        {
            foreach (var trip in uncleared)
            {
                if (!_trips.TryGetValue(trip.Id, out var known))
                    Set(new KnownTrip(trip, place));
                else if (known.Cleared.HasFlag(place) && (place == TripLocations.Database || !known.IsSettled))
                    Set(new KnownTrip(trip, known.Recorded | place)); // The place forgot the clearance: it cannot be read there.
                else
                    Set(known with { Recorded = known.Recorded | place });
            }
            Publish();
        }
    }

    /// <summary>A trip is stored at a place now, or no longer is.</summary>
    internal void Note(Guid id, TripLocations place, bool isThere)
    {
        lock (_gate)
        {
            if (_trips.TryGetValue(id, out var known))
                Set(known with { Recorded = isThere ? known.Recorded | place : known.Recorded & ~place });
            Publish();
        }
    }

    /// <summary>A store was queried after a moment, and its clearances have been added.</summary>
    internal void Asked(TripLocations place, ClockReading since)
    {
        lock (_gate)
        {
            foreach (var known in _trips.Values.Where(trip => trip.IsDoubtful(place) && trip.Again!.At.IsBefore(since)).ToArray())
                _trips[known.Id] = known with { Again = known.Again! with { Asked = known.Again.Asked | place } };
        }
    }

    internal bool IsDoubtful(TripLocations place)
    {
        lock (_gate)
            return _trips.Values.Any(trip => trip.IsDoubtful(place));
    }

    /// <summary>Removes and returns a trip that no clearance covers and that is not reported yet; null if none.</summary>
    internal TripRecord? TakeUnreported()
    {
        lock (_gate)
            return _unreported.TryDequeue(out var trip) ? trip : null;
    }

    /// <summary>A clearance was read at a place: the only way in which a trip ends.</summary>
    internal void Clear(TripClearance clearance, TripLocations place)
    {
        lock (_gate)
        {
            if (!_trips.TryGetValue(clearance.TripId, out var known))
                return;
            // It may be older than what was noticed again, so that is a trip of its own, and never in between is there none.
            if (known.IsDoubtful(place))
            {
                Set(new KnownTrip(known.Again!.Record, TripLocations.Nowhere) { IsNew = true });
                _unreported.Enqueue(known.Again.Record);
            }
            Set(known with { Clearance = known.Clearance ?? clearance, Cleared = known.Cleared | place, Again = null });
            Publish(isCleared: known.Clearance is null);
        }
    }

    /// <summary>A trip that was cleared before this process knew of it, and that the database may not know as cleared.</summary>
    internal void AddCleared(TripRecord trip, TripClearance clearance)
    {
        lock (_gate)
        {
            if (!_trips.ContainsKey(trip.Id))
                Set(new KnownTrip(trip, TripLocations.File, clearance, TripLocations.File));
            Note(trip.Id, TripLocations.File, isThere: true);
            Clear(clearance, TripLocations.File);
        }
    }

    /// <summary>An operator's clearance, for both places; null takes it back.</summary>
    internal void Propose(Guid id, TripClearance? clearance)
    {
        lock (_gate)
        {
            if (_trips.TryGetValue(id, out var known))
                Set(known with { Proposed = clearance });
            Publish();
        }
    }

    private void Set(KnownTrip trip)
    {
        var isNews =
            !_trips.TryGetValue(trip.Id, out var known)
            || (known.Clearance is null) != (trip.Clearance is null)
            || known.Record != trip.Record;
        _trips[trip.Id] = trip;
        _hasNews |= isNews;
    }

    /// <summary>A trip that ends and the clearance that ends it are seen together, or a reader could see neither. Once for all
    /// that a place lists: thousands of credentials that are lost at once are thousands of trips.</summary>
    private void Publish(bool isCleared = false)
    {
        if (!_hasNews)
            return;
        _hasNews = false;
        foreach (
            var old in _trips
                .Values.Where(known => known.Clearance is not null)
                .OrderByDescending(known => known.Clearance!.At)
                .Skip(MostCleared)
                .ToArray()
        )
            _trips.Remove(old.Id);
        var uncleared = _trips
            .Values.Where(known => known.Clearance is null)
            .Select(known => known.Record)
            .OrderBy(one => one.At)
            .ThenBy(one => one.Id);
        _snapshot = isCleared
            ? new TripSnapshot([.. uncleared], _snapshot.Clearances + 1, clocks.Now)
            : _snapshot with
            {
                Uncleared = [.. uncleared],
            };
    }
}
