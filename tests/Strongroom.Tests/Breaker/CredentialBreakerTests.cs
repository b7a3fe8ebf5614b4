using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Breaker;

/// <summary>Promises 2 and 5.</summary>
public sealed class CredentialBreakerTests
{
    [Fact]
    public async Task Permission_that_falls_after_the_first_proof_is_a_warning()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        Assert.Equal(
            [LogLevel.Information, LogLevel.Information],
            fixture.Log.Entries.Where(entry => entry.Id.Id == 1023).Select(entry => entry.Level)
        );
        await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync());
        Assert.Equal(CredentialPermission.Restricted, fixture.Breaker.Permission);
        Assert.Equal(LogLevel.Warning, fixture.Log.Entries.Last(entry => entry.Id.Id == 1023).Level);
    }

    [Fact]
    public async Task Permission_before_the_start_is_halted_and_after_it_all()
    {
        using var fixture = new Fixture();
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
        await fixture.StartAsync();
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        fixture.Breaker.RequireAll();
    }

    [Fact]
    public async Task Budget_of_20_minutes_stops_opening_and_its_end_trips()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await fixture.PassAsync(TimeSpan.FromMinutes(39));
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        await fixture.PassAsync(TimeSpan.FromMinutes(1.1));
        Assert.Equal(CredentialPermission.Restricted, fixture.Breaker.Permission);
        Assert.Equal(SecretErrorCode.BreakerRefused, Assert.Throws<SecretRefusedException>(fixture.Breaker.RequireAll).Code);

        await fixture.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(TripCause.Expired, Assert.Single(fixture.Breaker.Uncleared).Cause);
        await fixture.Runtime.Recording;
        Assert.Single(fixture.Rows(), row =>
            row is { Operation: AccessOperation.Trip, Outcome: AccessOutcome.Success, Name: "alpaca" }
        );
    }

    [Fact]
    public async Task Trip_survives_a_restart_and_only_an_operator_clears_it()
    {
        var store = new InMemoryTripStore();
        Guid id;
        using (var first = new Fixture(trips: store))
        {
            await first.StartAsync();
            id = (await first.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", CancellationToken.None)).Id;
        }

        using var second = new Fixture(trips: store);
        await second.StartAsync();
        Assert.Equal(CredentialPermission.Halted, second.Breaker.Permission);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await second.Breaker.ClearAsync(id, "", "why", CancellationToken.None)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await second.Breaker.ClearAsync(id, "who", " ", CancellationToken.None)
        );
        Assert.False(await second.Breaker.ClearAsync(Guid.NewGuid(), "who", "why", CancellationToken.None));

        second.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await second.Breaker.ClearAsync(id, "operator", "the key was replaced", CancellationToken.None));
        await second.TickAsync();
        Assert.Equal(CredentialPermission.All, second.Breaker.Permission);
        Assert.Equal(1, second.Log.Count(1021));
        Assert.Equal("operator", Assert.Single(store.Clearances).Operator);
    }

    [Fact]
    public async Task Cleared_trip_stays_halted_until_this_process_has_validated_its_credential()
    {
        var store = new InMemoryTripStore();
        using var fixture = new Fixture(trips: store);
        await fixture.StartAsync();
        var trip = await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", CancellationToken.None);
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.Breaker.ClearAsync(trip.Id, "operator", "go on", CancellationToken.None);
        Assert.Empty(fixture.Breaker.Uncleared);
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);

        fixture.Backend.Heal(Fixture.Alpaca);
        await fixture.PassAsync(TimeSpan.FromSeconds(61));
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Process_killed_after_an_early_clear_starts_without_opening_until_its_counterparty_accepts()
    {
        var store = new InMemoryTripStore();
        var broker = new CountingProbe { Answer = ProbeResult.Accepted };
        using (var first = new Fixture(trips: store, probes: [broker]))
        {
            await first.StartAsync();
            Assert.Equal(CredentialPermission.All, first.Breaker.Permission);
            broker.Answer = ProbeResult.Rejected;
            Assert.Equal(RejectionOutcome.Tripped, await first.Reports.ReportRejectedAsync(await first.PairAsync()));
            first.Time.Advance(TimeSpan.FromSeconds(1));
            await first.Breaker.ClearAsync(
                Assert.Single(first.Breaker.Uncleared).Id,
                "operator",
                "in haste",
                CancellationToken.None
            );
            await first.PassAsync(TimeSpan.FromSeconds(2));
            Assert.Equal(CredentialPermission.Halted, first.Breaker.Permission);
        }

        // Killed before it could validate: nothing but the store survives, and there the trip is cleared.
        using var second = new Fixture(trips: store, probes: [broker]);
        await second.StartAsync();
        Assert.Empty(second.Breaker.Uncleared);
        await second.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(CredentialPermission.Restricted, second.Breaker.Permission);
        Assert.Throws<SecretRefusedException>(second.Breaker.RequireAll);

        broker.Answer = ProbeResult.Unknown; // a broker that is away proves nothing
        await second.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(CredentialPermission.Restricted, second.Breaker.Permission);
        broker.Answer = ProbeResult.Accepted;
        await second.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(CredentialPermission.All, second.Breaker.Permission);
    }

    [Fact]
    public async Task Start_of_a_healthy_process_costs_one_probe_and_no_second_read()
    {
        var broker = new CountingProbe { Answer = ProbeResult.Accepted };
        using var fixture = new Fixture(probes: [broker]);
        await fixture.StartAsync();
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        await fixture.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((1, 1), (broker.Calls, fixture.Backend.CallsFor(Fixture.Alpaca)));
    }

    [Fact]
    public async Task Cleared_trip_of_another_process_needs_the_counterpartys_word_here_too()
    {
        var store = new InMemoryTripStore();
        var broker = new CountingProbe { Answer = ProbeResult.Accepted };
        using var one = new Fixture(trips: store);
        using var two = new Fixture(trips: store, probes: [broker]);
        await one.StartAsync();
        await two.StartAsync();
        var trip = await one.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", CancellationToken.None);
        await two.Breaker.RefreshAsync(CancellationToken.None);
        broker.Answer = ProbeResult.Rejected;
        two.Time.Advance(TimeSpan.FromSeconds(1));
        await one.Breaker.ClearAsync(trip.Id, "operator", "go on", CancellationToken.None);
        await two.Breaker.RefreshAsync(CancellationToken.None);
        await two.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(two.Breaker.Uncleared);
        Assert.Equal(CredentialPermission.Halted, two.Breaker.Permission);

        two.Backend.Rotate(Fixture.Alpaca);
        broker.Answer = ProbeResult.Accepted;
        await two.PassAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(CredentialPermission.All, two.Breaker.Permission);
    }

    [Fact]
    public async Task Suspicion_long_after_a_clear_is_one_of_its_own_and_no_halt()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var trip = await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", CancellationToken.None);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.Breaker.ClearAsync(trip.Id, "operator", "go on", CancellationToken.None);
        await fixture.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);

        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
        await fixture.Breaker.RefreshAsync(CancellationToken.None);
        await fixture.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(
            (CredentialPermission.Restricted, BundleCondition.Suspect),
            (fixture.Breaker.Permission, fixture.State().Condition)
        );
    }

    [Fact]
    public async Task Trip_while_the_database_is_away_is_kept_locally_and_merged_later()
    {
        var store = new InMemoryTripStore { Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away") };
        using var fixture = new Fixture(trips: store);
        Assert.Empty(await fixture.Runtime.FetchRequiredAsync(CancellationToken.None));
        await fixture.Breaker.RefreshAsync(CancellationToken.None);
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission); // it is not known whether a trip is stored

        store.Failure = null;
        await fixture.Breaker.RefreshAsync(CancellationToken.None);
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);

        store.Failure = new SecretUnavailableException(SecretErrorCode.Unreachable, "away");
        var trip = await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", CancellationToken.None);
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
        await fixture.Breaker.RefreshAsync(CancellationToken.None);
        Assert.Empty(store.Trips);

        store.Failure = null;
        await fixture.Breaker.RefreshAsync(CancellationToken.None);
        Assert.Equal(trip, Assert.Single(store.Trips));
        Assert.Equal(trip.Id, Assert.Single(fixture.Breaker.Uncleared).Id);
    }

    [Fact]
    public async Task Trip_of_another_process_halts_this_one_too()
    {
        var store = new InMemoryTripStore();
        using var one = new Fixture(trips: store);
        using var two = new Fixture(trips: store);
        await one.StartAsync();
        await two.StartAsync();
        await one.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", CancellationToken.None);
        await two.Breaker.RefreshAsync(CancellationToken.None);
        Assert.Equal(CredentialPermission.Halted, two.Breaker.Permission);
    }

    [Fact]
    public async Task Trip_noticed_by_many_is_one()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var trips = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    Task.Run(async () =>
                        await fixture.Breaker.TripAsync(TripCause.Rejected, "alpaca", "1", "A test.", CancellationToken.None)
                    )
                )
        );
        Assert.Single(trips.DistinctBy(trip => trip.Id));
        Assert.Single(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Trip_stops_no_read_of_secrets()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        await fixture.Breaker.TripAsync(TripCause.Manual, "alpaca", "1", "A test.", CancellationToken.None);
        Assert.Equal("1", (await fixture.Manager.GetAsync(Fixture.KeyId)).Version.Id);
    }

    [Fact]
    public async Task Damaged_local_file_keeps_trading_halted()
    {
        using var fixture = new Fixture();
        await File.WriteAllTextAsync(Path.Combine(fixture.Runtime.Folder.Path, "test_service.trips.json"), "{ not json");
        await fixture.Breaker.RefreshAsync(CancellationToken.None);
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
        Assert.Equal(1, fixture.Log.Count(1022));
    }

    private sealed class CountingProbe : IBundleProbe
    {
        public string Bundle => "alpaca";

        public ProbeResult Answer { get; set; }

        public int Calls { get; private set; }

        public ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct)
        {
            Calls++;
            return new(Answer);
        }
    }
}
