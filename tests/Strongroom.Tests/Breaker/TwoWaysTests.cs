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
        using var fixture = await StartAsync();
        _file.IsFull = true;
        var trip = await TripAsync(fixture);
        Assert.Equal([trip], _database.Trips);
        Assert.Empty(await _file.File.ListUnclearedAsync(trip.Scope, s_ct));

        _file.IsFull = false;
        await TickAsync(fixture);
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));
    }

    [Fact]
    public async Task Trip_with_the_database_away_is_in_the_file_and_in_the_database_at_the_next_tick()
    {
        using var fixture = await StartAsync();
        _database.Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away");
        var trip = await TripAsync(fixture);
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));
        Assert.Empty(_database.Trips);

        _database.Failure = null;
        await TickAsync(fixture);
        Assert.Equal([trip], _database.Trips);
    }

    [Fact]
    public async Task Trip_with_both_ways_failing_halts_and_is_stored_once_either_works()
    {
        using var fixture = await StartAsync();
        _file.IsFull = true;
        _database.Failure = new InvalidOperationException("A driver's fault that is no error of ours.");
        var trip = await TripAsync(fixture);
        Assert.Equal((CredentialPermission.Halted, 1), (fixture.Breaker.Permission, fixture.Log.Count(1020)));

        _database.Failure = null;
        await TickAsync(fixture);
        Assert.Equal([trip], _database.Trips);
        _file.IsFull = false;
        await TickAsync(fixture);
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));
    }

    [Fact]
    public async Task Database_that_hangs_delays_neither_the_file_nor_the_permission_nor_the_words()
    {
        using var fixture = await StartAsync();
        var hang = new TaskCompletionSource();
        _database.Gate = hang.Task;
        var tripping = fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct).AsTask();
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);

        await Waiting.UntilAsync(() => fixture.Log.Count(1020) == 1);
        Assert.Single(await _file.File.ListUnclearedAsync(Assert.Single(fixture.Breaker.Uncleared).Scope, s_ct));
        Assert.False(tripping.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        var trip = await tripping.WaitAsync(s_limit);

        hang.SetResult();
        await TickAsync(fixture);
        Assert.Equal([trip], _database.Trips);
    }

    [Fact]
    public async Task Disk_that_hangs_delays_neither_the_database_nor_the_permission_nor_the_words()
    {
        using var fixture = await StartAsync();
        var hang = new TaskCompletionSource();
        _file.Gate = hang.Task;
        var tripping = fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct).AsTask();
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);

        await Waiting.UntilAsync(() => fixture.Log.Count(1020) == 1);
        Assert.Single(_database.Trips);
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await tripping.WaitAsync(s_limit);
        hang.SetResult();
    }

    [Fact]
    public async Task Database_that_hangs_hides_no_clearance_in_the_file()
    {
        using var fixture = await StartAsync();
        var trip = await TripAsync(fixture);
        var hang = new TaskCompletionSource();
        _database.Gate = hang.Task;
        var refreshing = fixture.Breaker.RefreshAsync(s_ct).AsTask();
        await _file.File.ClearAsync(new TripClearance(trip.Id, "operator", "fixed", fixture.Time.GetUtcNow()), s_ct);
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        await refreshing.WaitAsync(s_limit);
        refreshing = fixture.Breaker.RefreshAsync(s_ct).AsTask();
        await Waiting.UntilAsync(() => fixture.Breaker.Uncleared.Count == 0);
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        await refreshing.WaitAsync(s_limit);
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        hang.SetResult();
    }

    [Fact]
    public async Task Store_that_blocks_its_callers_thread_holds_up_neither_evaluation_nor_another_trip()
    {
        using var blocked = new ManualResetEventSlim();
        using var fixture = new Fixture(trips: new BlockingTripStore(blocked), localTrips: _file);
        Assert.Empty(await fixture.Runtime.FetchRequiredAsync(s_ct));
        var tripping = fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct).AsTask();
        var second = fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "2", "A test.", s_ct).AsTask();
        fixture.Runtime.Watch.Tick();
        Assert.Equal((CredentialPermission.Halted, 2), (fixture.Breaker.Permission, fixture.Breaker.Uncleared.Count));
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        blocked.Set();
        await Task.WhenAll(tripping, second).WaitAsync(s_limit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Log_provider_that_throws_loses_no_trip_and_no_clearance(bool withDatabase)
    {
        using var logs = new ThrowingLogs();
        using var fixture = new Fixture(trips: withDatabase ? _database : null, localTrips: _file, logs: logs);
        await fixture.StartAsync();
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await fixture.PassAsync(TimeSpan.FromMinutes(61));
        await fixture.Runtime.Recording.WaitAsync(s_limit);

        var trip = Assert.Single(fixture.Breaker.Uncleared);
        Assert.Equal((TripCause.Expired, CredentialPermission.Halted), (trip.Cause, fixture.Breaker.Permission));
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));
        Assert.Contains(fixture.Rows(), row => row.Operation == AccessOperation.Trip);
        Assert.True(await fixture.Breaker.ClearAsync(trip.Id, "operator", "fixed", s_ct));
        Assert.True(logs.Thrown > 0);
        if (withDatabase)
            Assert.Equal((1, 1), (_database.Trips.Count, _database.Clearances.Count));
    }

    [Fact]
    public async Task Words_about_a_trip_come_after_it_is_stored()
    {
        var storedWhenTold = -1;
        using var logs = new ThrowingLogs
        {
            Told = id =>
                storedWhenTold = id == 1020 ? _database.Trips.Count + (File.Exists(_file.File.Path) ? 1 : 0) : storedWhenTold,
        };
        using var fixture = new Fixture(trips: _database, localTrips: _file, logs: logs);
        await fixture.StartAsync();
        await TripAsync(fixture);
        Assert.InRange(storedWhenTold, 1, 2);
    }

    [Fact]
    public async Task Clear_with_the_database_away_is_stored_locally_and_with_neither_way_nothing_is_cleared()
    {
        using var fixture = await StartAsync();
        var trip = await TripAsync(fixture);
        _database.Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away");
        _file.IsFull = true;
        await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
            await fixture.Breaker.ClearAsync(trip.Id, "operator", "why", s_ct)
        );
        Assert.Equal((CredentialPermission.Halted, 0), (fixture.Breaker.Permission, fixture.Log.Count(1021)));
        Assert.Equal(AccessOutcome.Unknown, Assert.Single(fixture.Rows(), row => row.Operation == AccessOperation.Clear).Outcome);

        _file.IsFull = false;
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await fixture.Breaker.ClearAsync(trip.Id, "operator", "why", s_ct));
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Fault_of_either_way_is_told_once_and_names_the_way()
    {
        using var fixture = await StartAsync();
        _file.IsFull = true;
        await TripAsync(fixture);
        for (var i = 0; i < 3; i++)
            await TickAsync(fixture);
        Assert.Equal(1, fixture.Log.Count(1022));
        Assert.Contains(fixture.Log.Entries, entry =>
            entry.Text.Contains("the local file (No space left on device.)", StringComparison.Ordinal)
        );
    }

    private static async Task TickAsync(Fixture fixture)
    {
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        fixture.Runtime.Watch.Tick();
        await fixture.Runtime.Recording.WaitAsync(s_limit);
    }

    private static async Task<TripRecord> TripAsync(Fixture fixture) =>
        await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct);

    private async Task<Fixture> StartAsync()
    {
        var fixture = new Fixture(trips: _database, localTrips: _file);
        await fixture.StartAsync();
        return fixture;
    }

    private sealed class ThrowingLogs : ILoggerProvider, ILogger
    {
        public int Thrown { get; private set; }

        public Action<int>? Told { get; init; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            Told?.Invoke(eventId.Id);
            Thrown++;
            throw new IOException("The log's disk is full.");
        }

        public void Dispose() { }
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

        public ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(
            IReadOnlyCollection<Guid> trips,
            CancellationToken ct
        ) => new([]);

        public ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct) => new(false);
    }
}
