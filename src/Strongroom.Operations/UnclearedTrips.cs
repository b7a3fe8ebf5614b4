using Strongroom.Breaker;

namespace Strongroom.Operations;

/// <summary>
/// The uncleared trips in the database and in the files of services on this machine. The two sources are independent: if one
/// cannot be read, that is reported as a fault together with the trips of the other.
/// </summary>
public sealed class UnclearedTrips
{
    private static readonly TimeSpan s_databaseTime = TimeSpan.FromSeconds(10);

    private readonly OperatorSession _session;
    private readonly List<TripRecord> _stored = [];
    private readonly List<(ITripStore File, TripRecord Trip)> _local = [];
    private readonly HashSet<Guid> _cleared = [];
    private readonly List<SecretException> _faults = [];
    private bool _isDatabaseUnavailable;

    private UnclearedTrips(OperatorSession session) => _session = session;

    /// <summary>What could not be read; the fault of the database first.</summary>
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

    /// <summary>Reads both sources, waiting at most 10 s for the database.</summary>
    public static async Task<UnclearedTrips> FindAsync(OperatorSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        var found = new UnclearedTrips(session);
        foreach (var file in LocalTripStores.FindAll(session.Backend.JournalFolder))
            await found.TryAsync(async () =>
                found._local.AddRange((await file.ListUnclearedAsync(session.Scope, ct)).Select(trip => (file, trip)))
            );
        var readable = found._faults.Count;
        await found.TryAsync(async () =>
        {
            using var limit = new CancellationTokenSource(s_databaseTime, session.Settings.Context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            try
            {
                await found.ReadDatabaseAsync(session.Scope, either.Token).WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new SecretUnavailableException(
                    SecretErrorCode.TimedOut,
                    $"{session.Database.Location} did not respond within {s_databaseTime.TotalSeconds} s; its trips are unknown."
                );
            }
        });
        found._isDatabaseUnavailable = found._faults.Count > readable;
        if (found._isDatabaseUnavailable)
            found._faults.Reverse();
        return found;
    }

    /// <summary>The uncleared trip with that id, or null.</summary>
    public TripRecord? Find(Guid id) => _stored.Concat(_local.Select(one => one.Trip)).FirstOrDefault(trip => trip.Id == id);

    /// <summary>Whether the file of a service on this machine contains the trip.</summary>
    public bool IsInLocalFile(Guid id) => _local.Any(one => one.Trip.Id == id);

    /// <summary>The clearance that the database already has; null if none.</summary>
    public async Task<TripClearance?> ReadClearanceAsync(Guid id, CancellationToken ct) =>
        _cleared.Contains(id) && await _session.TripStore.ReadClearancesAsync([id], ct) is [var clearance, ..] ? clearance : null;

    /// <summary>
    /// Writes a clearance to the database and to each file that contains the trip, since a service reads whichever it can reach.
    /// One successful write is enough.
    /// </summary>
    /// <remarks>The audit records it in exactly one row, even if the process dies, since a clearance cannot be undone.</remarks>
    /// <exception cref="SecretException">The clearance could not be written anywhere.</exception>
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
        // A trip that only a local file contains is first added to the database, as its service would do.
        foreach (var fault in _isDatabaseUnavailable ? _faults.Skip(1) : _faults)
            warn(fault.Message);
        if (!_isDatabaseUnavailable)
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
        if (_isDatabaseUnavailable)
            warn(
                $"{_faults[0].Message} Only services on this machine see the clearance for now; "
                    + "they add it to the database once they can."
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

    private async Task ReadDatabaseAsync(TripScope scope, CancellationToken ct)
    {
        var stored = await _session.TripStore.ListUnclearedAsync(scope, ct);
        // A file keeps a trip until its service has read the clearance, which a stopped service has not.
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
