using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Breaker;

/// <summary>
/// A trip and a clearance have one row each, whatever becomes of the process, and a trip needs no room for it.
/// </summary>
public sealed class IntendedTripsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    private readonly HangingTripStore _database = new();
    private readonly UnreliableTripFile _file = new();

    [Fact]
    public async Task Trip_whose_process_dies_before_it_is_stored_is_unknown()
    {
        using var fixture = await StartAsync();
        (_database.Hangs, _file.Gate) = (true, _database.Never);
        _ = fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct).AsTask();
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);

        Assert.Equal(
            AccessOutcome.Unknown,
            Assert.Single(AfterDeath(fixture), row => row.Operation == AccessOperation.Trip).Outcome
        );
    }

    [Fact]
    public async Task Trip_that_is_stored_is_one_success_with_its_id()
    {
        using var fixture = await StartAsync();
        var trip = await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct);
        await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct);

        var row = Assert.Single(AfterDeath(fixture), row => row.Operation == AccessOperation.Trip);
        Assert.Equal(
            (AccessOutcome.Success, "alpaca", "1", trip.Id.ToString()),
            (row.Outcome, row.Name, row.Version, row.RequestId)
        );
    }

    [Fact]
    public async Task Trip_goes_on_in_required_mode_without_room_in_the_journal_and_a_clearance_does_not()
    {
        using var fixture = await StartAsync(required: true);
        var journal = fixture.Runtime.Trail.Journal;
        while (journal.TryAppend(journal.About(AccessOperation.Write, AccessOutcome.Success))) { }
        var trip = await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct);
        Assert.Equal([trip], _database.Inner.Trips);
        Assert.Equal([trip], await _file.File.ListUnclearedAsync(trip.Scope, s_ct));

        await Assert.ThrowsAsync<SecretAuditFailedException>(async () =>
            await fixture.Breaker.ClearAsync(trip.Id, "operator", "why", s_ct)
        );
        Assert.Empty(_database.Inner.Clearances);
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Clearance_whose_process_dies_between_storing_and_its_row_is_unknown()
    {
        using var fixture = await StartAsync();
        var trip = await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct);
        (_database.HangsAfterClearing, _file.IsFull) = (true, true);
        _ = fixture.Breaker.ClearAsync(trip.Id, "operator", "why", s_ct).AsTask();
        await _database.Cleared;

        Assert.Single(_database.Inner.Clearances);
        var row = Assert.Single(AfterDeath(fixture), row => row.Operation == AccessOperation.Clear);
        Assert.Equal((AccessOutcome.Unknown, trip.Id.ToString()), (row.Outcome, row.RequestId));
    }

    [Fact]
    public async Task Clearance_that_is_stored_is_one_success_and_one_that_came_too_late_is_no_row()
    {
        using var fixture = await StartAsync();
        var trip = await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct);
        Assert.True(await fixture.Breaker.ClearAsync(trip.Id, "operator", "why", s_ct));
        Assert.False(await fixture.Breaker.ClearAsync(trip.Id, "another", "why", s_ct));

        var row = Assert.Single(AfterDeath(fixture), row => row.Operation == AccessOperation.Clear);
        Assert.Equal(
            (AccessOutcome.Success, "alpaca", "1", trip.Id.ToString()),
            (row.Outcome, row.Name, row.Version, row.RequestId)
        );
    }

    /// <summary>What the next process finds: this one's journal was neither completed nor closed.</summary>
    private static List<AccessRow> AfterDeath(Fixture fixture)
    {
        var journal = fixture.Runtime.Trail.Journal;
        journal.Dispose();
        using var adopted = Journal.TryAdopt(
            JournalFolder.PathOf(fixture.Runtime.Folder.Path, journal.Owner),
            fixture.Time,
            out _
        )!;
        adopted.Close(AccessOutcome.Failed);
        return adopted.Unshipped(int.MaxValue);
    }

    private async Task<Fixture> StartAsync(bool required = false)
    {
        var fixture = new Fixture(options => options.AuditRequired = required, trips: _database, localTrips: _file);
        await fixture.StartAsync();
        return fixture;
    }

    /// <summary>A database that stops answering at one point or another.</summary>
    private sealed class HangingTripStore : ITripStore
    {
        private readonly TaskCompletionSource _never = new();
        private readonly TaskCompletionSource _cleared = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public InMemoryTripStore Inner { get; } = new();

        public bool Hangs { get; set; }

        public bool HangsAfterClearing { get; set; }

        public Task Never => _never.Task;

        public Task Cleared => _cleared.Task;

        public async ValueTask RecordAsync(TripRecord trip, CancellationToken ct)
        {
            if (Hangs)
                await Never;
            await Inner.RecordAsync(trip, ct);
        }

        public ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct) =>
            Inner.ListUnclearedAsync(scope, ct);

        public ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(
            IReadOnlyCollection<Guid> trips,
            CancellationToken ct
        ) => Inner.ReadClearancesAsync(trips, ct);

        public async ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct)
        {
            var isFirst = await Inner.ClearAsync(clearance, ct);
            if (HangsAfterClearing)
            {
                _cleared.TrySetResult();
                await Never;
            }
            return isFirst;
        }
    }
}
