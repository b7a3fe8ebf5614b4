using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Breaker;

/// <summary>Local file and database are two attempts, and neither waits for the other, nor the permission for either.</summary>
public sealed class TwoWaysTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly InMemoryTripStore _database = new();
    private readonly UnreliableTripFile _file = new();

    [Fact]
    public async Task Trip_with_the_disk_full_is_in_the_database_and_in_the_file_once_there_is_room()
    {
        using var room = await StartAsync();
        _file.IsFull = true;
        var trip = await TripAsync(room);
        Assert.Equal([trip], _database.Trips);
        Assert.Empty(await _file.File.ListUnclearedAsync(trip.Scope, s_ct));

        _file.IsFull = false;
        await TickAsync(room);
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));
    }

    [Fact]
    public async Task Trip_with_the_database_away_is_in_the_file_and_in_the_database_at_the_next_tick()
    {
        using var room = await StartAsync();
        _database.Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away");
        var trip = await TripAsync(room);
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));
        Assert.Empty(_database.Trips);

        _database.Failure = null;
        await TickAsync(room);
        Assert.Equal([trip], _database.Trips);
    }

    [Fact]
    public async Task Trip_with_both_ways_failing_halts_and_is_stored_once_either_works()
    {
        using var room = await StartAsync();
        _file.IsFull = true;
        _database.Failure = new InvalidOperationException("A driver's fault that is no error of ours.");
        var trip = await TripAsync(room);
        Assert.Equal((TradingPermission.Halted, 1), (room.Breaker.Permission, room.Log.Count(1020)));

        _database.Failure = null;
        await TickAsync(room);
        Assert.Equal([trip], _database.Trips);
        _file.IsFull = false;
        await TickAsync(room);
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));
    }

    [Fact]
    public async Task Database_that_hangs_delays_neither_the_file_nor_the_permission_nor_the_words()
    {
        using var room = await StartAsync();
        var hang = new TaskCompletionSource();
        _database.Gate = hang.Task;
        var tripping = room.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct).AsTask();
        Assert.Equal(TradingPermission.Halted, room.Breaker.Permission);

        await UntilAsync(() => room.Log.Count(1020) == 1);
        Assert.Single(await _file.File.ListUnclearedAsync(Assert.Single(room.Breaker.Uncleared).Scope, s_ct));
        Assert.False(tripping.IsCompleted);
        room.Time.Advance(TimeSpan.FromSeconds(5));
        var trip = await tripping.WaitAsync(s_limit);

        hang.SetResult();
        await TickAsync(room);
        Assert.Equal([trip], _database.Trips);
    }

    [Fact]
    public async Task Disk_that_hangs_delays_neither_the_database_nor_the_permission_nor_the_words()
    {
        using var room = await StartAsync();
        var hang = new TaskCompletionSource();
        _file.Gate = hang.Task;
        var tripping = room.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct).AsTask();
        Assert.Equal(TradingPermission.Halted, room.Breaker.Permission);

        await UntilAsync(() => room.Log.Count(1020) == 1);
        Assert.Single(_database.Trips);
        room.Time.Advance(TimeSpan.FromSeconds(5));
        await tripping.WaitAsync(s_limit);
        hang.SetResult();
    }

    [Fact]
    public async Task Database_that_hangs_hides_no_clearance_in_the_file()
    {
        using var room = await StartAsync();
        var trip = await TripAsync(room);
        var hang = new TaskCompletionSource();
        _database.Gate = hang.Task;
        var refreshing = room.Breaker.RefreshAsync(s_ct).AsTask();
        await _file.File.ClearAsync(new TripClearance(trip.Id, "operator", "mended", room.Time.GetUtcNow()), s_ct);
        room.Time.Advance(TimeSpan.FromSeconds(6));
        await refreshing.WaitAsync(s_limit);
        refreshing = room.Breaker.RefreshAsync(s_ct).AsTask();
        await UntilAsync(() => room.Breaker.Uncleared.Count == 0);
        room.Time.Advance(TimeSpan.FromSeconds(6));
        await refreshing.WaitAsync(s_limit);
        Assert.Equal(TradingPermission.All, room.Breaker.Permission);
        hang.SetResult();
    }

    [Fact]
    public async Task Store_that_blocks_its_callers_thread_holds_up_neither_evaluation_nor_another_trip()
    {
        using var blocked = new ManualResetEventSlim();
        using var room = new Room(trips: new BlockingTripStore(blocked), localTrips: _file);
        Assert.Empty(await room.Runtime.FetchRequiredAsync(s_ct));
        var tripping = room.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct).AsTask();
        var second = room.Breaker.TripAsync(TripCause.Manual, "alpaca", "2", "A test.", s_ct).AsTask();
        room.Runtime.Watch.Tick();
        Assert.Equal((TradingPermission.Halted, 2), (room.Breaker.Permission, room.Breaker.Uncleared.Count));
        room.Time.Advance(TimeSpan.FromSeconds(5));
        blocked.Set();
        await Task.WhenAll(tripping, second).WaitAsync(s_limit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Log_provider_that_throws_loses_no_trip_and_no_clearance(bool withDatabase)
    {
        using var logs = new ThrowingLogs();
        using var room = new Room(trips: withDatabase ? _database : null, localTrips: _file, logs: logs);
        await room.StartAsync();
        room.Backend.Fail(Room.Alpaca, SecretErrorCode.Unreachable);
        await room.PassAsync(TimeSpan.FromMinutes(61));
        await room.Runtime.Recording.WaitAsync(s_limit);

        var trip = Assert.Single(room.Breaker.Uncleared);
        Assert.Equal((TripCause.Expired, TradingPermission.Halted), (trip.Cause, room.Breaker.Permission));
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));
        Assert.Contains(room.Rows(), row => row.Operation == AccessOperation.Trip);
        Assert.True(await room.Breaker.ClearAsync(trip.Id, "operator", "mended", s_ct));
        Assert.True(logs.Thrown > 0);
        if (withDatabase)
            Assert.Equal((1, 1), (_database.Trips.Count, _database.Clearances.Count));
    }

    [Fact]
    public async Task Words_about_a_trip_come_after_it_is_stored()
    {
        var storedWhenTold = -1;
        using var logs = new ThrowingLogs { Told = id => storedWhenTold = id == 1020 ? _database.Trips.Count + (File.Exists(_file.File.Path) ? 1 : 0) : storedWhenTold };
        using var room = new Room(trips: _database, localTrips: _file, logs: logs);
        await room.StartAsync();
        await TripAsync(room);
        Assert.InRange(storedWhenTold, 1, 2);
    }

    [Fact]
    public async Task Clear_with_the_database_away_is_stored_locally_and_with_neither_way_nothing_is_cleared()
    {
        using var room = await StartAsync();
        var trip = await TripAsync(room);
        _database.Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away");
        _file.IsFull = true;
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await room.Breaker.ClearAsync(trip.Id, "operator", "why", s_ct));
        Assert.Equal((TradingPermission.Halted, 0), (room.Breaker.Permission, room.Log.Count(1021)));
        Assert.Equal(AccessOutcome.Unknown, Assert.Single(room.Rows(), row => row.Operation == AccessOperation.Clear).Outcome);

        _file.IsFull = false;
        room.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await room.Breaker.ClearAsync(trip.Id, "operator", "why", s_ct));
        Assert.Equal(TradingPermission.All, room.Breaker.Permission);
    }

    [Fact]
    public async Task Fault_of_either_way_is_told_once_and_names_the_way()
    {
        using var room = await StartAsync();
        _file.IsFull = true;
        await TripAsync(room);
        for (var i = 0; i < 3; i++)
            await TickAsync(room);
        Assert.Equal(1, room.Log.Count(1022));
        Assert.Contains(room.Log.Entries, entry => entry.Text.Contains("the local file (No space left on device.)", StringComparison.Ordinal));
    }

    private static async Task TickAsync(Room room)
    {
        room.Time.Advance(TimeSpan.FromSeconds(1));
        room.Runtime.Watch.Tick();
        await room.Runtime.Recording.WaitAsync(s_limit);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(waited.Elapsed < s_limit, "It did not happen.");
            await Task.Yield();
        }
    }

    private static async Task<TripRecord> TripAsync(Room room) => await room.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct);

    private async Task<Room> StartAsync()
    {
        var room = new Room(trips: _database, localTrips: _file);
        await room.StartAsync();
        return room;
    }

    private sealed class ThrowingLogs : ILoggerProvider, ILogger
    {
        public int Thrown { get; private set; }

        public Action<int>? Told { get; init; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Told?.Invoke(eventId.Id);
            Thrown++;
            throw new IOException("The log's disk is full.");
        }

        public void Dispose()
        {
        }
    }

    /// <summary>As SQLite's driver does under a lock: it waits without giving the thread back.</summary>
    private sealed class BlockingTripStore(ManualResetEventSlim until) : ITripStore
    {
        public ValueTask RecordAsync(TripRecord trip, CancellationToken ct)
        {
            until.Wait(ct);
            return default;
        }

        public ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct)
        {
            until.Wait(ct);
            return new([]);
        }

        public ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(IReadOnlyCollection<Guid> trips, CancellationToken ct) => new([]);

        public ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct) => new(false);
    }
}
