using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Promises 1 and 3: state is per bundle, so one that fails, whatever way, does nothing to another.</summary>
public sealed class BundleIsolationTests
{
    private const string Other = "database/password";

    [Fact]
    public async Task Name_that_hangs_for_two_hours_beside_a_thousand_hits_a_second_goes_down_alone_at_its_hour()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        fixture.Backend.Hang(Other);
        var hits = 0L;
        var calls = fixture.Backend.CallsFor(Fixture.Alpaca);
        for (var second = 1; second <= 7200; second++)
        {
            Tick(fixture);
            for (var i = 0; i < 1000; i++)
            {
                var read = fixture.Manager.GetAsync(Fixture.KeyId);
                Assert.True(read.IsCompletedSuccessfully, "A hit waited.");
                hits += (await read).Version.Id == "1" ? 1 : 0;
            }
            Assert.Equal(second < 3599, fixture.State(Other).Version is not null); // a second early, between two looks
            var state = fixture.State();
            Assert.True(
                state.BudgetLeft >= TimeSpan.FromMinutes(54) && state.Condition == BundleCondition.Healthy,
                $"{state.BudgetLeft} left, {state.Condition}"
            );
            Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        }

        Assert.Equal(7_200_000, hits);
        Assert.Equal(
            hits,
            fixture
                .Rows()
                .Where(row => row.Name == Fixture.KeyId.ToString() && row.Operation == Strongroom.Audit.AccessOperation.Get)
                .Sum(row => row.AccessCount)
        );
        Assert.InRange(fixture.Backend.CallsFor(Fixture.Alpaca) - calls, 24, 30);
        Assert.Equal(0, fixture.Log.Count(1201)); // the breaker before the backend opened for none
        Assert.Equal(1, fixture.Log.Count(1102));
        Assert.Equal(1, fixture.Backend.MostInFlight);
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Name_that_hangs_trips_at_its_hour_and_leaves_its_neighbour_healthy()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        fixture.Backend.Hang(Fixture.Alpaca);
        for (var second = 1; second <= 7200; second++)
        {
            Tick(fixture);
            Assert.Equal("1", (await fixture.Manager.GetAsync(Fixture.Password)).Version.Id);
            Assert.Equal(
                second < 2400 ? CredentialPermission.All
                    : second < 3599 ? CredentialPermission.Restricted
                    : CredentialPermission.Halted,
                fixture.Breaker.Permission
            );
        }
        Assert.Equal(
            (TripCause.Expired, "alpaca"),
            (Assert.Single(fixture.Breaker.Uncleared).Cause, fixture.Breaker.Uncleared[0].Bundle)
        );
        Assert.Equal(BundleCondition.Healthy, fixture.State(Other).Condition);
    }

    [Fact]
    public async Task Denied_deleted_and_unreachable_side_by_side_each_go_their_own_way()
    {
        using var fixture = new Fixture(
            declaration: """
            { "service": "test_service", "secrets": [
              { "name": "one/denied", "onLoss": "halt" }, { "name": "two/deleted", "onLoss": "halt" },
              { "name": "three/unreachable", "onLoss": "halt" } ] }
            """
        );
        await fixture.StartAsync();
        fixture.Backend.Fail("one/denied", SecretErrorCode.Denied);
        fixture.Backend.Fail("two/deleted", SecretErrorCode.Deleted);
        fixture.Backend.Fail("three/unreachable", SecretErrorCode.Unreachable);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        var gone = new Dictionary<string, int>();
        for (var second = 1; second <= 3600; second++)
        {
            await fixture.PassAsync(TimeSpan.FromSeconds(1));
            foreach (var bundle in new[] { "one/denied", "two/deleted", "three/unreachable" })
            {
                if (fixture.State(bundle).Version is null)
                    gone.TryAdd(bundle, second);
            }
        }

        Assert.Equal(600, gone["one/denied"]);
        Assert.InRange(gone["two/deleted"], 630, 660); // proven again after 30 to 60 seconds, then the grace
        Assert.Equal(3599, gone["three/unreachable"]);
        Assert.Equal(
            [("one/denied", TripCause.Denied), ("two/deleted", TripCause.Deleted), ("three/unreachable", TripCause.Expired)],
            fixture.Breaker.Uncleared.Select(trip => (trip.Bundle, trip.Cause))
        );
    }

    /// <summary>As the timers would, and waits for no fetch.</summary>
    private static void Tick(Fixture fixture)
    {
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        _ = fixture.Runtime.Refresh.RoundAsync();
        fixture.Runtime.Watch.Tick();
    }
}
