using Strongroom.Audit;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Promises 1 to 3 on a fake clock: the hour and not a second more, whatever the clocks and the backend do.</summary>
public sealed class OutageTests : IDisposable
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly Fixture _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Refresh_keeps_the_validated_moment_recent()
    {
        await _room.StartAsync();
        await _room.PassAsync(TimeSpan.FromHours(3));

        Assert.Equal(BundleCondition.Healthy, _room.State().Condition);
        Assert.InRange(_room.State().BudgetLeft, TimeSpan.FromMinutes(55), s_hour);
        Assert.InRange(_room.Backend.CallsFor(Fixture.Alpaca), 36, 46);
    }

    [Fact]
    public async Task Outage_right_after_a_refresh_is_survived_for_the_hour_and_not_a_second_more()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);

        await _room.PassAsync(s_hour - TimeSpan.FromSeconds(2));
        var secret = await _room.Manager.GetAsync(Fixture.KeyId);
        Assert.Equal(_room.Backend.ValueOf(Fixture.Alpaca), secret.Value.Reveal());
        Assert.Contains(_room.Rows(), row => row is { Source: AccessSource.Stale });

        await _room.PassAsync(TimeSpan.FromSeconds(2));
        var gone = await Assert.ThrowsAsync<SecretUnavailableException>(async () => await ReadAsync());
        Assert.Equal(SecretErrorCode.Unreachable, gone.Code);
        Assert.Equal(SecretErrorCode.Expired, Assert.Throws<SecretUnavailableException>(() => secret.Value.Reveal()).Code);
    }

    [Fact]
    public async Task Outage_right_before_a_refresh_is_survived_for_at_least_55_minutes()
    {
        await _room.StartAsync();
        // The refresh comes after 4 to 5 minutes; the backend goes away a second before it could have.
        await _room.PassAsync(TimeSpan.FromMinutes(4) - TimeSpan.FromSeconds(1));
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Sealed);

        await _room.PassAsync(TimeSpan.FromMinutes(55));
        Assert.Equal("1", (await ReadAsync()).Version.Id);
    }

    [Fact]
    public async Task Outage_that_begins_at_minute_59_of_a_healthy_hour_is_survived_for_at_least_55_minutes()
    {
        await _room.StartAsync();
        await _room.PassAsync(TimeSpan.FromMinutes(59));
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        var left = _room.State().BudgetLeft;
        await _room.PassAsync(TimeSpan.FromMinutes(54.9));
        Assert.Equal("1", (await ReadAsync()).Version.Id);
        await _room.PassAsync(left - TimeSpan.FromMinutes(54.9));
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await ReadAsync());
    }

    [Fact]
    public async Task Backend_that_returns_at_minute_59_heals_without_a_trip()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await _room.PassAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(BundleCondition.Degraded, _room.State().Condition);

        _room.Backend.Heal(Fixture.Alpaca);
        await _room.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(BundleCondition.Healthy, _room.State().Condition);
        Assert.Empty(_room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Failed_refresh_is_tried_again_every_15_to_30_seconds()
    {
        await _room.StartAsync();
        await _room.PassAsync(TimeSpan.FromMinutes(5));
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _room.PassAsync(TimeSpan.FromMinutes(5));
        var before = _room.Backend.CallsFor(Fixture.Alpaca);
        await _room.PassAsync(TimeSpan.FromMinutes(4));
        Assert.InRange(_room.Backend.CallsFor(Fixture.Alpaca) - before, 7, 17);
    }

    [Fact]
    public async Task Suspended_machine_does_not_stretch_the_hour()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        _room.Suspend(TimeSpan.FromMinutes(61));

        await _room.TickAsync();
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await ReadAsync());
    }

    [Theory]
    [InlineData(-240)]
    [InlineData(-30)]
    public async Task Clock_set_back_does_not_stretch_the_hour(int minutes)
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await _room.PassAsync(TimeSpan.FromMinutes(10));
        _room.SetWall(TimeSpan.FromMinutes(minutes));

        await _room.PassAsync(TimeSpan.FromMinutes(49));
        Assert.Equal("1", (await ReadAsync()).Version.Id);
        await _room.PassAsync(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await ReadAsync());
    }

    [Fact]
    public async Task Clock_set_forward_shortens_the_hour_rather_than_trusting_the_others()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        _room.SetWall(TimeSpan.FromMinutes(59.5));
        await _room.TickAsync();
        Assert.InRange(_room.State().BudgetLeft, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Denied_stops_opening_at_once_and_is_dropped_after_the_grace()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        await _room.TickAsync();
        Assert.Equal(Strongroom.Breaker.CredentialPermission.Restricted, _room.Breaker.Permission);

        await _room.PassAsync(TimeSpan.FromMinutes(9.9));
        Assert.Equal("1", (await ReadAsync()).Version.Id);
        await _room.PassAsync(TimeSpan.FromMinutes(0.2));
        Assert.Equal(Strongroom.Breaker.TripCause.Denied, Assert.Single(_room.Breaker.Uncleared).Cause);
        await Assert.ThrowsAsync<SecretAccessDeniedException>(async () => await ReadAsync());
    }

    [Fact]
    public async Task Deleted_needs_two_proofs_30_seconds_apart()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Missing);
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        await _room.TickAsync();
        Assert.Equal(Strongroom.Breaker.CredentialPermission.All, _room.Breaker.Permission);

        await _room.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(Strongroom.Breaker.CredentialPermission.Restricted, _room.Breaker.Permission);
        await _room.PassAsync(TimeSpan.FromMinutes(10.5));
        Assert.Equal(Strongroom.Breaker.TripCause.Deleted, Assert.Single(_room.Breaker.Uncleared).Cause);
    }

    [Fact]
    public async Task Denied_deleted_and_denied_again_is_one_loss_with_one_grace()
    {
        await _room.StartAsync();
        SecretErrorCode[] words =
        [
            SecretErrorCode.Denied,
            SecretErrorCode.Missing,
            SecretErrorCode.LoginRejected,
            SecretErrorCode.Unreachable,
        ];
        var allowed = new List<Strongroom.Breaker.CredentialPermission>();
        for (var second = 0; second <= 601; second++)
        {
            if (second % 20 == 0)
            {
                _room.Backend.Fail(Fixture.Alpaca, words[second / 20 % words.Length]);
                await _room.Runtime.RefreshAsync(CancellationToken.None);
            }
            await _room.PassAsync(TimeSpan.FromSeconds(1));
            allowed.Add(_room.Breaker.Permission);
        }
        Assert.DoesNotContain(Strongroom.Breaker.CredentialPermission.All, allowed);
        Assert.Single(_room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Answer_that_the_machine_slept_through_is_too_old_to_use()
    {
        await _room.StartAsync();
        _room.Backend.Hang(Fixture.Alpaca);
        var refresh = _room.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        _room.Suspend(TimeSpan.FromMinutes(61));
        _room.Runtime.Watch.Tick();
        _room.Backend.Unhang(Fixture.Alpaca);
        var error = Assert.Single(await refresh);
        Assert.Equal(SecretErrorCode.TimedOut, error.Code);
        Assert.Equal(BundleCondition.Unavailable, _room.State().Condition);
    }

    [Fact]
    public async Task Confirmation_that_comes_after_the_hour_brings_no_zeroed_value_back()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await _room.PassAsync(s_hour - TimeSpan.FromSeconds(2));
        _room.Backend.Heal(Fixture.Alpaca);
        _room.Backend.Hang(Fixture.Alpaca);
        var refresh = _room.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        _room.Runtime.Watch.Tick();
        Assert.Equal(BundleCondition.Unavailable, _room.State().Condition);
        _room.Backend.Unhang(Fixture.Alpaca);
        Assert.Empty(await refresh);
        Assert.Equal(_room.Backend.ValueOf(Fixture.Alpaca), (await ReadAsync()).Value.Reveal());
    }

    [Fact]
    public async Task Deleted_once_and_back_is_forgotten()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Missing);
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        _room.Backend.Heal(Fixture.Alpaca);
        await _room.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(Strongroom.Breaker.CredentialPermission.All, _room.Breaker.Permission);
        Assert.Equal(BundleCondition.Healthy, _room.State().Condition);
    }

    [Fact]
    public async Task Budget_warns_once_at_45_30_15_and_5_minutes()
    {
        await _room.StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await _room.PassAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(4, _room.Log.Count(1103));
        Assert.Equal(1, _room.Log.Count(1101));
    }

    [Fact]
    public async Task Old_version_lives_on_until_its_own_hour_ends()
    {
        await _room.StartAsync();
        var old = await ReadAsync();
        _room.Backend.Rotate(Fixture.Alpaca);
        await _room.Runtime.RefreshAsync(CancellationToken.None);

        Assert.Equal("2", (await ReadAsync()).Version.Id);
        await _room.PassAsync(TimeSpan.FromMinutes(58));
        Assert.Equal(_room.Backend.ValueOf(Fixture.Alpaca, 1), old.Value.Reveal());
        await _room.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Throws<SecretUnavailableException>(() => old.Value.Reveal());
    }

    [Fact]
    public async Task End_of_a_break_glass_takes_everything_away_and_nothing_is_fetched_any_more()
    {
        using var fixture = new Fixture(allEndsIn: TimeSpan.FromMinutes(10));
        await fixture.StartAsync();
        await fixture.PassAsync(TimeSpan.FromMinutes(9.9));
        Assert.Equal("1", (await fixture.Manager.GetAsync(Fixture.KeyId)).Version.Id);
        Assert.InRange(fixture.State().BudgetLeft, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        await fixture.PassAsync(TimeSpan.FromMinutes(0.2));
        var refused = await Assert.ThrowsAsync<SecretRefusedException>(async () => await fixture.Manager.GetAsync(Fixture.KeyId));
        Assert.Equal(SecretErrorCode.Guardrail, refused.Code);
        Assert.Single(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Refresh_that_stopped_is_an_alarm_and_the_next_read_starts_it_again()
    {
        await _room.StartAsync();
        _room.Runtime.Refresh.Start();
        _room.Runtime.Refresh.Kill();
        _room.Time.Advance(TimeSpan.FromMinutes(11));
        _room.Runtime.Watch.Tick();
        Assert.Equal(1, _room.Log.Count(1104));
        Assert.True(_room.Runtime.Refresh.NeedsRestart);

        var calls = _room.Backend.CallsFor(Fixture.Alpaca);
        await ReadAsync();
        Assert.False(_room.Runtime.Refresh.NeedsRestart);
        await _room.TickAsync();
        Assert.True(_room.Backend.CallsFor(Fixture.Alpaca) > calls);
    }

    [Fact]
    public async Task Refresh_that_is_killed_from_within_is_an_alarm_and_the_next_read_starts_it_again()
    {
        await _room.StartAsync();
        _room.Runtime.Refresh.Start();
        _room.ClockFault = new InvalidOperationException("The test has broken the clock.");
        await PassUntilAsync(() => _room.Log.Count(1105) == 1);
        _room.ClockFault = null;
        var calls = _room.Backend.CallsFor(Fixture.Alpaca);
        _room.Time.Advance(TimeSpan.FromMinutes(11));
        _room.Runtime.Watch.Tick();
        Assert.Equal((1, calls), (_room.Log.Count(1104), _room.Backend.CallsFor(Fixture.Alpaca)));

        await ReadAsync();
        await PassUntilAsync(() => _room.Backend.CallsFor(Fixture.Alpaca) > calls);
        Assert.Equal(1, _room.Log.Count(1106));
        Assert.InRange(_room.State().BudgetLeft, TimeSpan.FromMinutes(55), s_hour);
    }

    /// <summary>The loop's own timer runs it, on another thread.</summary>
    private async Task PassUntilAsync(Func<bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "The loop did not come to it.");
            _room.Time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Yield();
        }
    }

    private async Task<Secret> ReadAsync() => await _room.Manager.GetAsync(Fixture.KeyId);
}
