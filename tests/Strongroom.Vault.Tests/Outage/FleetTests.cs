using Strongroom.Vault.Tests.Support;

namespace Strongroom.Vault.Tests.Outage;

/// <summary>200 instances on one server: what each does alone must not be a storm when all do it.</summary>
public class FleetTests
{
    private const int Count = 200;
    private const int LoginRejected = 2001;

    [Fact]
    public async Task Two_hundred_starts_at_once_are_one_login_and_one_read_per_bundle_each()
    {
        await using var fleet = await VaultFleet.BuildAsync(Count);
        var before = fleet.Fixture.Server.Requests.Total;

        await fleet.StartAsync();

        Assert.Equal(Count, fleet.Fixture.Server.Requests.Logins);
        Assert.Equal(Count, fleet.Fixture.Server.Requests.Of("GET", "secret/data/alpaca/credentials"));
        Assert.Equal(Count, fleet.Fixture.Server.Requests.Of("GET", "secret/data/database/password"));
        Assert.Equal(3 * Count, fleet.Fixture.Server.Requests.Total - before);
    }

    [Fact]
    public async Task After_fifty_minutes_away_and_under_a_quota_that_blocks_all_come_back_without_a_trip()
    {
        await using var fleet = await VaultFleet.BuildAsync(Count);
        await fleet.StartAsync();
        await fleet.RefreshInTurnAsync(groups: 5, TimeSpan.FromMinutes(1));
        Assert.Equal(Count, fleet.Healthy);
        await fleet.Fixture.AdminAsync(
            "POST",
            "sys/quotas/rate-limit/all",
            new
            {
                rate = 20,
                interval = "1s",
                block_interval = "60s",
            }
        );
        var requests = fleet.Fixture.Server.Requests;

        await fleet.Fixture.Server.StopListeningAsync();
        await fleet.PassAsync(TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(12.5));
        await fleet.Fixture.Server.ListenAgainAsync();
        var healthyAfter = new List<int>();
        var returns = new FleetRecovery(fleet);
        await fleet.PassAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), () =>
        {
            healthyAfter.Add(fleet.Healthy);
            returns.Look();
        });

        Assert.Equal(Count, fleet.Healthy);
        Assert.All(fleet.Instances, instance => Assert.Empty(instance.Runtime.Breaker.Uncleared));
        Assert.True(
            healthyAfter.FindIndex(healthy => healthy == Count) - healthyAfter.FindIndex(healthy => healthy > 0) >= 20,
            "They came back at once."
        );
        // Each pauses by chance and by a share of what it has left: those who had least are not always first, but sooner as a
        // whole.
        var (least, most) = returns.SecondsOfQuarters();
        Assert.True(least < most, $"Who had least left came back after {least:0.0} s, who had most after {most:0.0} s.");
        // A bundle that was throttled does not ask in a tight loop.
        Assert.InRange(requests.Of(status: 429), 1, Count * 5);
        Assert.InRange(requests.Logins, Count, Count * 3);
        Assert.Equal(0, fleet.Fixture.Log.Count(LoginRejected));
        Assert.Null(fleet.Instances.Select(instance => instance.Backend.Problem).FirstOrDefault(problem => problem is not null));
    }
}
