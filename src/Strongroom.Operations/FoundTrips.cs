using Strongroom.Breaker;

namespace Strongroom.Operations;

/// <summary>
/// The uncleared trips of the database, and those in the files of the services on this machine. The two do not depend on each
/// other: where one cannot be read, that is a fault to report, and what the other has is reported all the same.
/// </summary>
public sealed class FoundTrips
{
    private static readonly TimeSpan s_longestAsking = TimeSpan.FromSeconds(10);

    private readonly OperatorSession _session;
    private readonly List<TripRecord> _stored = [];
    private readonly List<(ITripStore File, TripRecord Trip)> _local = [];
    private readonly HashSet<Guid> _cleared = [];
    private readonly List<SecretException> _faults = [];
    private bool _isDatabaseAway;

    private FoundTrips(OperatorSession session) => _session = session;

    /// <summary>What could not be read; the database's fault first.</summary>
    public IReadOnlyList<SecretException> Faults => _faults;

    /// <summary>Each uncleared trip once, and whether the database has it.</summary>
    public IReadOnlyList<(TripRecord Trip, bool IsStored)> Trips =>
        [
            .. _stored.Select(trip => (trip, true)),
            .. _local
                .Select(one => one.Trip)
                .Where(trip => !_cleared.Contains(trip.Id) && !_stored.Any(known => known.Id == trip.Id))
                .DistinctBy(trip => trip.Id)
                .Select(trip => (trip, false)),
        ];

    /// <summary>Looks in both; the database has 10 s to answer.</summary>
    public static async Task<FoundTrips> FindAsync(OperatorSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        var found = new FoundTrips(session);
        foreach (var file in LocalTripStores.FindAll(session.Backend.JournalFolder))
            await found.TryAsync(async () =>
                found._local.AddRange((await file.ListUnclearedAsync(session.Scope, ct)).Select(trip => (file, trip)))
            );
        var readable = found._faults.Count;
        await found.TryAsync(async () =>
        {
            using var limit = new CancellationTokenSource(s_longestAsking, session.Settings.Context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            try
            {
                await found.AskDatabaseAsync(session.Scope, either.Token).WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new SecretUnavailableException(
                    SecretErrorCode.TimedOut,
                    $"{session.Database.Location} has not said within {s_longestAsking.TotalSeconds} s " + "which trips it has."
                );
            }
        });
        found._isDatabaseAway = found._faults.Count > readable;
        if (found._isDatabaseAway)
            found._faults.Reverse();
        return found;
    }

    /// <summary>The uncleared trip; null where neither has it.</summary>
    public TripRecord? Find(Guid id) => _stored.Concat(_local.Select(one => one.Trip)).FirstOrDefault(trip => trip.Id == id);

    /// <summary>Whether a service's own file holds it.</summary>
    public bool IsInAFile(Guid id) => _local.Any(one => one.Trip.Id == id);

    /// <summary>The clearance that the database has already; null where it has none.</summary>
    public async Task<TripClearance?> ReadClearanceAsync(Guid id, CancellationToken ct) =>
        _cleared.Contains(id) && await _session.TripStore.ReadClearancesAsync([id], ct) is [var clearance, ..] ? clearance : null;

    /// <summary>
    /// Writes a clearance to the database and into each file that has the trip: a service sees whichever it can reach. One is
    /// enough.
    /// </summary>
    /// <remarks>The audit has one row for it, whatever becomes of the process: a clearance cannot be taken back.</remarks>
    /// <exception cref="SecretException">It could be written nowhere.</exception>
    public Task ClearAsync(TripRecord trip, TripClearance clearance, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(trip);
        return _session.Backend.ClearTripAsync(trip, () => WriteClearanceAsync(trip, clearance, ct));
    }

    private async Task WriteClearanceAsync(TripRecord trip, TripClearance clearance, CancellationToken ct)
    {
        var warn = _session.Settings.Context.Warn;
        var isWritten = false;
        SecretException? failure = null;
        foreach (var (file, _) in _local.Where(one => one.Trip.Id == trip.Id))
            await WriteAsync(async () => await file.ClearAsync(clearance, ct));
        // One that only a service's own file holds is brought to the database first, as the service itself would.
        foreach (var fault in _isDatabaseAway ? _faults.Skip(1) : _faults)
            warn(fault.Message);
        if (!_isDatabaseAway)
        {
            await WriteAsync(async () =>
            {
                if (!_stored.Any(known => known.Id == trip.Id))
                    await _session.TripStore.RecordAsync(trip, ct);
                await _session.TripStore.ClearAsync(clearance, ct);
            });
        }
        if (!isWritten)
            throw failure ?? _faults[0];
        if (failure is not null)
            warn(failure.Message);
        if (_isDatabaseAway)
            warn(
                $"{_faults[0].Message} Only the services of this machine see the clearance now; "
                    + "they bring it to the database once they can."
            );

        async Task WriteAsync(Func<Task> write)
        {
            try
            {
                await write();
                isWritten = true;
            }
            catch (SecretException e)
            {
                failure = e;
            }
        }
    }

    private async Task AskDatabaseAsync(TripScope scope, CancellationToken ct)
    {
        var stored = await _session.TripStore.ListUnclearedAsync(scope, ct);
        // A file keeps a trip until its service has seen the clearance, and a service that does not run sees none.
        _cleared.UnionWith(
            (await _session.TripStore.ReadClearancesAsync([.. _local.Select(one => one.Trip.Id)], ct)).Select(clearance =>
                clearance.TripId
            )
        );
        _stored.AddRange(stored);
    }

    private async Task TryAsync(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (SecretException e)
        {
            _faults.Add(e);
        }
    }
}
