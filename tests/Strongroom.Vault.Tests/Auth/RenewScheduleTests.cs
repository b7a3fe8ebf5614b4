using Strongroom.Vault.Auth;

namespace Strongroom.Vault.Tests.Auth;

public class RenewScheduleTests
{
    [Theory]
    [InlineData(3600, 0, 2400)]
    [InlineData(3600, 1, 2040)]
    [InlineData(60, 0, 40)]
    public void Due_is_two_thirds_and_chance_only_shortens_it(int life, double random, double expected) =>
        Assert.Equal(expected, RenewSchedule.Due(TimeSpan.FromSeconds(life), random)!.Value.TotalSeconds, precision: 3);

    [Theory] // PROTOCOLS 32, 34: zero does not end, and tiny lives make no hot loop
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Due_is_never_for_zero_and_for_tiny_lives(int life) =>
        Assert.Null(RenewSchedule.Due(TimeSpan.FromSeconds(life), 0));

    [Theory]
    [InlineData(3600, 3600, false)]
    [InlineData(1801, 3600, false)]
    [InlineData(1799, 3600, true)]
    [InlineData(0, 3600, false)]
    public void IsCapped_is_less_than_half_of_the_first(int granted, int first, bool expected) =>
        Assert.Equal(expected, RenewSchedule.IsCapped(TimeSpan.FromSeconds(granted), TimeSpan.FromSeconds(first)));

    [Theory]
    [InlineData(0, 15)]
    [InlineData(1, 30)]
    public void Pause_is_15_to_30_seconds(double random, double expected) =>
        Assert.Equal(expected, RenewSchedule.Pause(random).TotalSeconds, precision: 3);
}
