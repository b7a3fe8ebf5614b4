using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Breaker;

/// <summary>A clearance covers what was known when it was given, and nothing that happened after it.</summary>
public sealed class RaisedAgainTests : IDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    private readonly InMemoryTripStore _database = new();
    private readonly Fixture _fixture;

    public RaisedAgainTests() => _fixture = new Fixture(trips: _database);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Loss_after_a_clearance_that_was_not_read_yet_is_a_trip_of_its_own()
    {
        await _fixture.StartAsync();
        var trip = await TripAsync();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await ClearElsewhereAsync(trip);
        Assert.Equal(trip.Id, (await TripAsync()).Id);

        await _fixture.Breaker.RefreshAsync(s_ct);
        await _fixture.Runtime.Validation;
        _fixture.Runtime.Watch.Tick();

        var again = Assert.Single(_fixture.Breaker.Uncleared);
        Assert.NotEqual(trip.Id, again.Id);
        Assert.Equal(
            (CredentialPermission.Halted, trip.Cause, trip.Bundle, trip.Version),
            (_fixture.Breaker.Permission, again.Cause, again.Bundle, again.Version)
        );
        Assert.Contains(_database.Trips, stored => stored.Id == again.Id);
        Assert.Equal((2, 2), (_fixture.Log.Count(1020), _fixture.Rows().Count(row => row.Operation == AccessOperation.Trip)));
    }

    [Fact]
    public async Task Loss_before_a_clearance_is_ended_by_it()
    {
        await _fixture.StartAsync();
        var trip = await TripAsync();
        await TripAsync();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        _fixture.Runtime.Watch.Tick();
        await _fixture.Runtime.Recording;
        await ClearElsewhereAsync(trip);

        await _fixture.Breaker.RefreshAsync(s_ct);
        await _fixture.Runtime.Validation;
        _fixture.Runtime.Watch.Tick();

        Assert.Empty(_fixture.Breaker.Uncleared);
        Assert.Equal(CredentialPermission.All, _fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Loss_while_this_process_clears_is_a_trip_of_its_own_and_the_next_clearance_ends_it()
    {
        await _fixture.StartAsync();
        var trip = await TripAsync();
        var gate = new TaskCompletionSource();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await _fixture.Runtime.Recording;
        await ClearElsewhereAsync(trip);
        _database.Gate = gate.Task;
        var clearing = _fixture.Breaker.ClearAsync(trip.Id, "operator", "fixed", s_ct).AsTask();
        await TripAsync();
        gate.SetResult();
        Assert.False(await clearing);

        var again = Assert.Single(_fixture.Breaker.Uncleared);
        Assert.Equal(CredentialPermission.Halted, _fixture.Breaker.Permission);
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _fixture.Breaker.ClearAsync(again.Id, "operator", "fixed, really", s_ct));
        await _fixture.Runtime.Validation;
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(CredentialPermission.All, _fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Doubt_is_settled_by_a_look_within_a_second_and_by_no_crowd_of_them()
    {
        await _fixture.StartAsync();
        await TripAsync();
        for (var i = 0; i < 100; i++)
            await TripAsync();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        _fixture.Runtime.Watch.Tick();
        await _fixture.Runtime.Recording;
        Assert.Single(_database.Trips);
        Assert.Single(_fixture.Breaker.Uncleared);
    }

    private async Task<TripRecord> TripAsync() =>
        await _fixture.Breaker.TripAsync(TripCause.Rejected, "alpaca", "1", "A test.", s_ct);

    private async Task ClearElsewhereAsync(TripRecord trip) =>
        Assert.True(await _database.ClearAsync(new TripClearance(trip.Id, "operator", "fixed", _fixture.Time.GetUtcNow()), s_ct));
}
