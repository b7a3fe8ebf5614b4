using Strongroom.Breaker;
using Strongroom.Cli.Output;

namespace Strongroom.Cli.Session;

/// <summary>
/// The uncleared trips of the database, and those in the files of the services on this machine. Two ways that do not need each
/// other: what one of them does not say now is a fault to tell, and no reason to be silent about the other.
/// </summary>
internal sealed class FoundTrips
{
    private static readonly TimeSpan s_longestAsking = TimeSpan.FromSeconds(10);

    private readonly ITripStore _database;
    private readonly List<TripRecord> _stored = [];
    private readonly List<(LocalTripFile File, TripRecord Trip)> _local = [];
    private readonly HashSet<Guid> _cleared = [];
    private readonly List<SecretException> _faults = [];
    private bool _isDatabaseAway;

    private FoundTrips(ITripStore database) => _database = database;

    /// <summary>What could not be read; the database's first.</summary>
    internal IReadOnlyList<SecretException> Faults => _faults;

    /// <summary>Each uncleared trip once, and whether the database has it.</summary>
    internal IReadOnlyList<(TripRecord Trip, bool IsStored)> Trips =>
        [
            .. _stored.Select(trip => (trip, true)),
            .. _local
                .Select(one => one.Trip)
                .Where(trip => !_cleared.Contains(trip.Id) && !_stored.Any(known => known.Id == trip.Id))
                .DistinctBy(trip => trip.Id)
                .Select(trip => (trip, false)),
        ];

    internal static async Task<FoundTrips> FindAsync(OperatorSession session, TimeProvider time, CancellationToken ct)
    {
        var found = new FoundTrips(session.TripStore);
        var files = Directory
            .GetFiles(session.Folder.Path, "*" + LocalTripFile.Suffix)
            .Order(StringComparer.Ordinal)
            .Select(path => new LocalTripFile(path));
        foreach (var file in files)
            await found.TryAsync(async () =>
                found._local.AddRange((await file.ListUnclearedAsync(session.Scope, ct)).Select(trip => (file, trip)))
            );
        var readable = found._faults.Count;
        await found.TryAsync(async () =>
        {
            using var limit = new CancellationTokenSource(s_longestAsking, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            try
            {
                await found.AskDatabaseAsync(session.Scope, either.Token).WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new SecretUnavailableException(
                    SecretErrorCode.TimedOut,
                    $"{session.Database.Location} has not said within {s_longestAsking.TotalSeconds} s which trips it has."
                );
            }
        });
        found._isDatabaseAway = found._faults.Count > readable;
        if (found._isDatabaseAway)
            found._faults.Reverse();
        return found;
    }

    /// <summary>The trip, wherever it stands uncleared; null where nobody has it.</summary>
    internal TripRecord? Find(Guid id) => _stored.Concat(_local.Select(one => one.Trip)).FirstOrDefault(trip => trip.Id == id);

    internal bool IsInAFile(Guid id) => _local.Any(one => one.Trip.Id == id);

    /// <summary>The clearance that the database has already.</summary>
    internal async Task<TripClearance?> ReadClearanceAsync(Guid id, CancellationToken ct) =>
        _cleared.Contains(id) && await _database.ReadClearancesAsync([id], ct) is [var clearance, ..] ? clearance : null;

    /// <summary>
    /// Writes a clearance to the database and into each file that has the trip: a service sees whichever it can reach. One is
    /// enough.
    /// </summary>
    /// <exception cref="SecretException">It could be written nowhere.</exception>
    internal async Task ClearAsync(TripRecord trip, TripClearance clearance, Terminal terminal, CancellationToken ct)
    {
        var isWritten = false;
        SecretException? failure = null;
        foreach (var (file, _) in _local.Where(one => one.Trip.Id == trip.Id))
            await WriteAsync(async () => await file.ClearAsync(clearance, ct));
        // One that only a service's own file holds is brought to the database first, as the service itself would.
        foreach (var fault in _isDatabaseAway ? _faults.Skip(1) : _faults)
            terminal.Warn(fault.Message);
        if (!_isDatabaseAway)
        {
            await WriteAsync(async () =>
            {
                if (!_stored.Any(known => known.Id == trip.Id))
                    await _database.RecordAsync(trip, ct);
                await _database.ClearAsync(clearance, ct);
            });
        }
        if (!isWritten)
            throw failure ?? _faults[0];
        if (failure is not null)
            terminal.Warn(failure.Message);
        if (_isDatabaseAway)
            terminal.Warn(
                $"{_faults[0].Message} Only the services of this machine see the clearance now; they bring it to the database "
                    + "once they can."
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
        var stored = await _database.ListUnclearedAsync(scope, ct);
        // A file keeps a trip until its service has seen the clearance, and a service that does not run sees none.
        _cleared.UnionWith(
            (await _database.ReadClearancesAsync([.. _local.Select(one => one.Trip.Id)], ct)).Select(clearance =>
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
