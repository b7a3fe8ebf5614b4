using Microsoft.Extensions.Logging;

namespace Strongroom.Breaker;

/// <summary>What one round came to.</summary>
/// <param name="Asked">The place said what it holds.</param>
/// <param name="Fault">Why not all could be done; null where it could.</param>
internal sealed record TripSyncResult(bool Asked, string? Fault);

/// <summary>
/// One of the two ways in which trips last: the local file, or the database. Each does its own rounds and knows nothing of the
/// other, so that neither waits for it, and what could not be done now is done by a later round.
/// </summary>
internal sealed class TripStoreSync
{
    /// <summary>An attempt that takes longer is cancelled and repeated.</summary>
    private static readonly TimeSpan s_longestRound = TimeSpan.FromSeconds(15);

    private readonly TripLocations _place;
    private readonly Func<ITripStore?> _store;
    private readonly KnownTrips _known;
    private readonly ProcessIdentity _identity;
    private readonly ElapsedClock _clocks;
    private readonly Action _onRead;
    private readonly ILogger _logger;
    private readonly CoalescedOperation<TripSyncResult> _rounds;
    private volatile bool _wasRead;
    private volatile bool _isAbsent;
    private volatile bool _isFailing;

    internal TripStoreSync(
        TripLocations place,
        Func<ITripStore?> store,
        KnownTrips known,
        ProcessIdentity identity,
        ElapsedClock clocks,
        Action onRead,
        ILogger logger
    )
    {
        _place = place;
        _store = store;
        _known = known;
        _identity = identity;
        _clocks = clocks;
        _onRead = onRead;
        _logger = logger;
        _rounds = new CoalescedOperation<TripSyncResult>(RoundAsync);
    }

    /// <summary>What it holds was read since this process started, and is not damaged.</summary>
    internal bool WasRead => _wasRead;

    /// <summary>It does not hold yet what it shall hold.</summary>
    internal bool IsBehind => !_isAbsent && _known.Awaits(_place);

    internal Task Current => _rounds.Current;

    private TripScope Scope => new(_identity.EnvironmentName, _identity.Namespace);

    internal string Where => _place == TripLocations.File ? "the local file" : "the database";

    /// <summary>Brings there what is missing, and reads what is there.</summary>
    internal Task<TripSyncResult> RunAsync() => _rounds.RunAsync();

    /// <summary>Begins a round where something is missing, or a clearance would be doubtful, and none is being done.</summary>
    internal void Retry()
    {
        if (IsBehind || (!_isAbsent && _known.IsDoubtful(_place)))
            _rounds.TryRun();
    }

    private async Task<TripSyncResult> RoundAsync()
    {
        var asked = false;
        try
        {
            var store = _store();
            _isAbsent = store is null;
            if (store is not null)
            {
                using var limit = new CancellationTokenSource(s_longestRound, _clocks.Time);
                var (known, began) = (_known.All, _clocks.Now);
                var fault = known.Length > 0 ? await WriteAsync(store, known, limit.Token).ConfigureAwait(false) : null;
                var missing = await ReadAsync(store, known, limit.Token).ConfigureAwait(false);
                _known.Asked(_place, began);
                _wasRead = asked = true;
                _onRead();
                if (missing.Length > 0)
                    fault = await RecordMissingAsync(store, missing, limit.Token).ConfigureAwait(false) ?? fault;
                if (store is ILocalTripStore file)
                    await ForgetAsync(file, limit.Token).ConfigureAwait(false);
                if (fault is not null)
                    return Failed(fault, asked);
            }
            _wasRead = true;
            _isFailing = false;
            return new TripSyncResult(true, null);
        }
        catch (Exception e)
        {
            // A damaged file may hold a trip that is known nowhere else, whatever was read before.
            if (e is SecretConfigurationException && _place == TripLocations.File)
                _wasRead = false;
            return Failed(e, asked);
        }
    }

    /// <summary>Before anything is asked, since writing may work where reading does not.</summary>
    private async ValueTask<Exception?> WriteAsync(ITripStore store, KnownTrip[] known, CancellationToken ct)
    {
        Exception? fault = null;
        foreach (var trip in known)
        {
            var clearance = trip.ClearanceFor(_place);
            if (clearance is null && !(trip.IsNew && !trip.Recorded.HasFlag(_place)))
                continue;
            try
            {
                await store.RecordAsync(trip.IsNew ? trip.Record : AsRestored(trip.Record), ct).ConfigureAwait(false);
                _known.Note(trip.Id, _place, isThere: true);
                if (clearance is not null)
                    await store.ClearAsync(clearance, ct).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                fault = e;
            }
        }
        return fault;
    }

    /// <summary>Takes in what the place lists, and the clearances of what it does not. The rest is missing there.</summary>
    private async ValueTask<KnownTrip[]> ReadAsync(ITripStore store, KnownTrip[] before, CancellationToken ct)
    {
        var listed = await store.ListUnclearedAsync(Scope, ct).ConfigureAwait(false);
        _known.Listed(_place, listed);
        if (store is ILocalTripStore local)
        {
            foreach (var (trip, clearance) in await local.ListClearedAsync(Scope, ct).ConfigureAwait(false))
                _known.AddCleared(trip, clearance);
        }
        if (before.Length == 0)
            return [];
        var present = listed.Select(trip => trip.Id).ToHashSet();
        var absent = Array.FindAll(before, trip =>
            !trip.IsSettled && !trip.Cleared.HasFlag(_place) && !present.Contains(trip.Id)
        );
        if (absent.Length == 0)
            return [];
        foreach (var clearance in await store.ReadClearancesAsync([.. absent.Select(trip => trip.Id)], ct).ConfigureAwait(false))
            _known.Clear(clearance, _place);
        return Array.FindAll(absent, trip => _known.Find(trip.Id) is { Clearance: null });
    }

    private async ValueTask<Exception?> RecordMissingAsync(ITripStore store, KnownTrip[] missing, CancellationToken ct)
    {
        Exception? fault = null;
        foreach (var trip in missing)
        {
            _known.Note(trip.Id, _place, isThere: false);
            try
            {
                await store.RecordAsync(AsRestored(trip.Record), ct).ConfigureAwait(false);
                _known.Note(trip.Id, _place, isThere: true);
            }
            catch (Exception e)
            {
                fault = e;
                continue;
            }
            if (_place == TripLocations.Database)
                Log.TripRestored(_logger, trip.Id, trip.Record.Service, trip.Record.Instance, trip.Record.At);
        }
        return fault;
    }

    /// <summary>What the database knows to be cleared is not needed in the file.</summary>
    private async ValueTask ForgetAsync(ILocalTripStore file, CancellationToken ct)
    {
        var settled = Array.FindAll(_known.All, trip => trip.IsSettled && trip.Recorded.HasFlag(TripLocations.File));
        if (settled.Length == 0)
            return;
        await file.ForgetAsync([.. settled.Select(trip => trip.Id)], ct).ConfigureAwait(false);
        foreach (var trip in settled)
            _known.Note(trip.Id, TripLocations.File, isThere: false);
    }

    private TripRecord AsRestored(TripRecord trip) =>
        _place == TripLocations.Database
            ? trip with
            {
                RestoredBy = new TripRestorer(_identity.Service, _identity.Instance, _clocks.Time.GetUtcNow()),
            }
            : trip;

    /// <summary>Reported once, when a caller waits for a round that does not end.</summary>
    internal TripSyncResult Hangs(TimeSpan waited) => Failed($"it has not answered for {waited.TotalSeconds:0} s", asked: false);

    /// <summary>The messages of Strongroom's own errors are its own words; of others the kind is enough.</summary>
    private TripSyncResult Failed(Exception e, bool asked) => Failed(e is SecretException ? e.Message : e.GetType().Name, asked);

    private TripSyncResult Failed(string fault, bool asked)
    {
        if (!_isFailing)
            Log.TripStoreUnavailable(_logger, Where, fault);
        _isFailing = true;
        return new TripSyncResult(asked, $"{Where}: {fault}");
    }
}
