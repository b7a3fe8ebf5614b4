using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Breaker;

/// <summary>Absence is never consent: a trip ends by a clearance that was read, and by nothing else.</summary>
public sealed class LostTripTests : IDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryTripStore _database = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Trip_whose_row_the_database_lost_stays_and_is_recorded_again_with_who_brought_it_and_from_when()
    {
        using var fixture = Open();
        await fixture.StartAsync();
        var trip = await TripAsync(fixture);
        _database.Restore();

        fixture.Time.Advance(TimeSpan.FromSeconds(7));
        await fixture.Breaker.RefreshAsync(s_ct);

        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
        var again = Assert.Single(_database.Trips);
        Assert.Equal(trip, again with { RestoredBy = null });
        Assert.Equal(
            new TripRestorer("test_service", fixture.Runtime.Identity.Instance, fixture.Time.GetUtcNow()),
            again.RestoredBy
        );
        Assert.Equal(1, fixture.Log.Count(1025));
        await fixture.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Restart_after_the_row_was_lost_starts_halted_and_brings_it_back()
    {
        TripRecord trip;
        using (var first = Open())
        {
            await first.StartAsync();
            trip = await TripAsync(first);
            _database.Restore();
        }

        using var second = Open();
        await second.StartAsync();

        Assert.Equal(CredentialPermission.Halted, second.Breaker.Permission);
        Assert.Equal(trip.Id, Assert.Single(_database.Trips).Id);
    }

    [Fact]
    public async Task Trip_that_was_learned_from_the_database_is_kept_locally_and_halts_a_restart_without_it()
    {
        using (var other = new Fixture(trips: _database))
        {
            await other.StartAsync();
            await TripAsync(other);
        }
        using (var learner = Open())
            await learner.StartAsync();
        _database.Restore();

        using var again = Open();
        await again.StartAsync();
        Assert.Equal(CredentialPermission.Halted, again.Breaker.Permission);
        Assert.Single(_database.Trips);
    }

    [Fact]
    public async Task Restart_with_the_row_lost_and_the_database_away_is_halted_and_stays_so_when_it_comes_back()
    {
        using (var first = Open())
        {
            await first.StartAsync();
            await TripAsync(first);
        }
        _database.Restore();
        _database.Failure = Away();

        using var second = Open();
        Assert.Empty(await second.Runtime.FetchRequiredAsync(s_ct));
        await second.Breaker.RefreshAsync(s_ct);
        Assert.Equal(CredentialPermission.Halted, second.Breaker.Permission);
        _database.Failure = null;
        await second.Breaker.RefreshAsync(s_ct);
        await second.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(CredentialPermission.Halted, second.Breaker.Permission);
    }

    [Fact]
    public async Task Database_swapped_there_and_back_opens_nothing_before_a_clearance_is_read()
    {
        using var fixture = Open();
        await fixture.StartAsync();
        var before = _database.Backup();
        var trip = await TripAsync(fixture);
        var with = _database.Backup();
        foreach (var database in new[] { before, with, before, default, with })
        {
            _database.Restore(database);
            await fixture.Breaker.RefreshAsync(s_ct);
            Assert.Equal((CredentialPermission.Halted, trip.Id), (fixture.Breaker.Permission, Assert.Single(_database.Trips).Id));
        }

        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await fixture.Breaker.ClearAsync(trip.Id, "operator", "fixed", s_ct));
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        // A backup from between trip and clearance lists it as uncleared: that halts until it is cleared there too.
        _database.Restore(with);
        await fixture.Breaker.RefreshAsync(s_ct);
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await fixture.Breaker.ClearAsync(trip.Id, "operator", "fixed, told twice", s_ct));
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Local_file_holds_a_trip_until_its_clearance_is_seen_and_not_longer()
    {
        using var one = Open();
        using var two = new Fixture(trips: _database);
        await one.StartAsync();
        await two.StartAsync();
        var trip = await TripAsync(one);
        await two.Breaker.RefreshAsync(s_ct);
        Assert.Equal([trip], await FileOf(one).ListUnclearedAsync(trip.Scope, s_ct));
        Assert.Equal([trip], await FileOf(two).ListUnclearedAsync(trip.Scope, s_ct));

        await two.Breaker.ClearAsync(trip.Id, "operator", "fixed", s_ct);
        Assert.Empty(await FileOf(two).ListUnclearedAsync(trip.Scope, s_ct));
        Assert.Equal([trip], await FileOf(one).ListUnclearedAsync(trip.Scope, s_ct));
        await one.Breaker.RefreshAsync(s_ct);
        Assert.Empty(await FileOf(one).ListUnclearedAsync(trip.Scope, s_ct));
        Assert.Empty(await FileOf(one).ListClearedAsync(trip.Scope, s_ct));
    }

    [Fact]
    public async Task File_that_was_removed_is_written_again_with_what_is_uncleared()
    {
        using var fixture = Open();
        await fixture.StartAsync();
        var trip = await TripAsync(fixture);
        File.Delete(FileOf(fixture).Path);
        await fixture.Breaker.RefreshAsync(s_ct);
        Assert.Equal([trip], await FileOf(fixture).ListUnclearedAsync(trip.Scope, s_ct));
    }

    [Fact]
    public async Task Clearance_in_the_local_file_opens_while_the_database_is_away_and_reaches_it_when_it_comes()
    {
        using var fixture = Open();
        using var elsewhere = new Fixture(trips: _database);
        await fixture.StartAsync();
        await elsewhere.StartAsync();
        var trip = await TripAsync(fixture);
        await elsewhere.Breaker.RefreshAsync(s_ct);
        _database.Failure = Away();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(
            await FileOf(fixture).ClearAsync(new TripClearance(trip.Id, "operator", "fixed", fixture.Time.GetUtcNow()), s_ct)
        );

        await fixture.Breaker.RefreshAsync(s_ct);
        await elsewhere.Breaker.RefreshAsync(s_ct);
        Assert.Equal(
            (CredentialPermission.All, CredentialPermission.Halted),
            (fixture.Breaker.Permission, elsewhere.Breaker.Permission)
        );

        _database.Failure = null;
        await fixture.Breaker.RefreshAsync(s_ct);
        Assert.Equal("operator", Assert.Single(_database.Clearances).Operator);
        Assert.Empty(await FileOf(fixture).ListClearedAsync(trip.Scope, s_ct));
        await elsewhere.Breaker.RefreshAsync(s_ct);
        Assert.Equal(CredentialPermission.All, elsewhere.Breaker.Permission);
    }

    [Fact]
    public async Task Clearance_in_the_local_file_reaches_the_database_after_a_restart_too()
    {
        TripRecord trip;
        using (var first = Open())
        {
            await first.StartAsync();
            trip = await TripAsync(first);
            _database.Failure = Away();
            Assert.True(await first.Breaker.ClearAsync(trip.Id, "operator", "fixed", s_ct));
            Assert.Empty(first.Breaker.Uncleared);
        }
        _database.Failure = null;

        using var second = Open();
        await second.StartAsync();
        Assert.Equal(CredentialPermission.All, second.Breaker.Permission);
        Assert.Equal(trip.Id, Assert.Single(_database.Clearances).TripId);
    }

    [Fact]
    public async Task Process_without_a_database_sees_the_clearance_in_its_file_and_so_does_its_replica()
    {
        using var one = Open(withDatabase: false);
        using var two = Open(withDatabase: false);
        await one.StartAsync();
        await two.StartAsync();
        var trip = await TripAsync(one);
        await two.Breaker.RefreshAsync(s_ct);
        Assert.Equal(CredentialPermission.Halted, two.Breaker.Permission);

        two.Time.Advance(TimeSpan.FromSeconds(1));
        one.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await one.Breaker.ClearAsync(trip.Id, "operator", "fixed", s_ct));
        Assert.False(await one.Breaker.ClearAsync(trip.Id, "operator", "again", s_ct));
        await two.Breaker.RefreshAsync(s_ct);
        await one.Breaker.RefreshAsync(s_ct);
        Assert.Equal((CredentialPermission.All, CredentialPermission.All), (one.Breaker.Permission, two.Breaker.Permission));
    }

    [Fact]
    public async Task Clear_that_could_not_ask_is_unavailable_and_one_that_could_is_a_no()
    {
        using var fixture = Open();
        Assert.Empty(await fixture.Runtime.FetchRequiredAsync(s_ct));
        _database.Failure = Away();
        await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
            await fixture.Breaker.ClearAsync(Guid.NewGuid(), "operator", "why", s_ct)
        );
        _database.Failure = null;
        Assert.False(await fixture.Breaker.ClearAsync(Guid.NewGuid(), "operator", "why", s_ct));
        await File.WriteAllTextAsync(FileOf(fixture).Path, "{ not json");
        await Assert.ThrowsAsync<SecretUnavailableException>(async () =>
            await fixture.Breaker.ClearAsync(Guid.NewGuid(), "operator", "why", s_ct)
        );
    }

    private static SecretUnavailableException Away() => new(SecretErrorCode.Unreachable, "away");

    private static LocalTripFile FileOf(Fixture fixture) =>
        new(Path.Combine(fixture.Runtime.Folder.Path, "test_service" + LocalTripFile.Suffix));

    private static async Task<TripRecord> TripAsync(Fixture fixture) =>
        await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", s_ct);

    /// <summary>A process on this machine: its file outlives it.</summary>
    private Fixture Open(bool withDatabase = true) =>
        new(options => options.JournalDirectory = _folder.File("journal"), trips: withDatabase ? _database : null);
}
