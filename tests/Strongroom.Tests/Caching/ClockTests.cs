using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Promise 1: the hour and not a second more, whichever clock stands still, runs ahead or is set.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task ValidatedAt_changes_by_a_validation_only_whatever_the_clocks_do()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var validated = fixture.State().ValidatedAt;
        Assert.Equal(fixture.Time.GetUtcNow(), validated);

        fixture.StepMonotonic(TimeSpan.FromSeconds(100));
        Assert.Equal(validated, fixture.State().ValidatedAt);
        fixture.SetWall(TimeSpan.FromSeconds(300));
        Assert.Equal(validated, fixture.State().ValidatedAt);
        fixture.SetWall(TimeSpan.FromSeconds(-500));
        Assert.Equal(validated, fixture.State().ValidatedAt);
        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal(validated, fixture.State().ValidatedAt);

        fixture.SetWall(TimeSpan.FromSeconds(200));
        fixture.Backend.Heal(Fixture.Alpaca);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal(fixture.Time.GetUtcNow(), fixture.State().ValidatedAt);
    }

    [Theory]
    [InlineData("pass 3598")]
    [InlineData("suspend 3598")]
    [InlineData("pass 600, suspend 2398, pass 600")]
    [InlineData("pass 900, wall -14400, suspend 1798, pass 900")]
    [InlineData("wall 14400, wall -14400, pass 1798, wall -7200, suspend 900, wall 7200, pass 900")]
    [InlineData("suspend 1000, wall 2000, pass 598")]
    [InlineData("wall -100, pass 10, wall -100000, pass 1000, suspend 1000, wall 50000, pass 1588")]
    public async Task Hour_ends_to_the_second_whatever_the_clocks_do(string course)
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        foreach (var leg in course.Split(", ").Select(leg => leg.Split(' ')))
        {
            var time = TimeSpan.FromSeconds(int.Parse(leg[1], null));
            if (leg[0] == "suspend")
                fixture.Suspend(time);
            else if (leg[0] == "wall")
                fixture.SetWall(time);
            else
                await fixture.PassAsync(time);
        }

        // 3598 seconds at worst: served still. It ends one look early, so that no look comes after the hour.
        await fixture.TickAsync();
        var secret = await fixture.Manager.GetAsync(Fixture.KeyId);
        Assert.Equal(TimeSpan.FromSeconds(2), fixture.State().BudgetLeft);
        await fixture.PassAsync(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await fixture.Manager.GetAsync(Fixture.KeyId));
        Assert.Equal(SecretErrorCode.Expired, Assert.Throws<SecretUnavailableException>(() => secret.Value.Reveal()).Code);
    }
}
