using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Breaker;

/// <summary>A clearance covers what was known when it was given, and nothing that happened after it.</summary>
public sealed class RaisedAgainTests : IDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    private readonly InMemoryTripStore _database = new();
    private readonly Fixture _room;

    public RaisedAgainTests() => _room = new Fixture(trips: _database);

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Loss_after_a_clearance_that_was_not_read_yet_is_a_trip_of_its_own()
    {
        await _room.StartAsync();
        var trip = await TripAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await ClearElsewhereAsync(trip);
        Assert.Equal(trip.Id, (await TripAsync()).Id);

        await _room.Breaker.RefreshAsync(s_ct);
        await _room.Runtime.Validation;
        _room.Runtime.Watch.Tick();

        var again = Assert.Single(_room.Breaker.Uncleared);
        Assert.NotEqual(trip.Id, again.Id);
        Assert.Equal(
            (CredentialPermission.Halted, trip.Cause, trip.Bundle, trip.Version),
            (_room.Breaker.Permission, again.Cause, again.Bundle, again.Version)
        );
        Assert.Contains(_database.Trips, stored => stored.Id == again.Id);
        Assert.Equal((2, 2), (_room.Log.Count(1020), _room.Rows().Count(row => row.Operation == AccessOperation.Trip)));
    }

    [Fact]
    public async Task Loss_before_a_clearance_is_ended_by_it()
    {
        await _room.StartAsync();
        var trip = await TripAsync();
        await TripAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        _room.Runtime.Watch.Tick();
        await _room.Runtime.Recording;
        await ClearElsewhereAsync(trip);

        await _room.Breaker.RefreshAsync(s_ct);
        await _room.Runtime.Validation;
        _room.Runtime.Watch.Tick();

        Assert.Empty(_room.Breaker.Uncleared);
        Assert.Equal(CredentialPermission.All, _room.Breaker.Permission);
    }

    [Fact]
    public async Task Loss_while_this_process_clears_is_a_trip_of_its_own_and_the_next_clearance_ends_it()
    {
        await _room.StartAsync();
        var trip = await TripAsync();
        var gate = new TaskCompletionSource();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await _room.Runtime.Recording;
        await ClearElsewhereAsync(trip);
        _database.Gate = gate.Task;
        var clearing = _room.Breaker.ClearAsync(trip.Id, "operator", "mended", s_ct).AsTask();
        await TripAsync();
        gate.SetResult();
        Assert.False(await clearing);

        var again = Assert.Single(_room.Breaker.Uncleared);
        Assert.Equal(CredentialPermission.Halted, _room.Breaker.Permission);
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _room.Breaker.ClearAsync(again.Id, "operator", "mended, really", s_ct));
        await _room.Runtime.Validation;
        _room.Runtime.Watch.Tick();
        Assert.Equal(CredentialPermission.All, _room.Breaker.Permission);
    }

    [Fact]
    public async Task Doubt_is_settled_by_a_look_within_a_second_and_by_no_crowd_of_them()
    {
        await _room.StartAsync();
        await TripAsync();
        for (var i = 0; i < 100; i++)
            await TripAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        _room.Runtime.Watch.Tick();
        await _room.Runtime.Recording;
        Assert.Single(_database.Trips);
        Assert.Single(_room.Breaker.Uncleared);
    }

    private async Task<TripRecord> TripAsync() =>
        await _room.Breaker.TripAsync(TripCause.Rejected, "alpaca", "1", "A test.", s_ct);

    private async Task ClearElsewhereAsync(TripRecord trip) =>
        Assert.True(await _database.ClearAsync(new TripClearance(trip.Id, "operator", "mended", _room.Time.GetUtcNow()), s_ct));
}
