using System.Runtime.CompilerServices;
using Strongroom.Audit;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Promises 1 to 3 on a fake clock: the hour and not a second more, whatever the clocks and the backend do.</summary>
public sealed class OutageTests : IDisposable
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly Fixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Refresh_keeps_the_validated_moment_recent()
    {
        await _fixture.StartAsync();
        await _fixture.PassAsync(TimeSpan.FromHours(3));

        Assert.Equal(BundleCondition.Healthy, _fixture.State().Condition);
        Assert.InRange(_fixture.State().BudgetLeft, TimeSpan.FromMinutes(55), s_hour);
        Assert.InRange(_fixture.Backend.CallsFor(Fixture.Alpaca), 36, 46);
    }

    [Fact]
    public async Task Outage_right_after_a_refresh_is_survived_for_the_hour_and_not_a_second_more()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);

        await _fixture.PassAsync(s_hour - TimeSpan.FromSeconds(2));
        var secret = await _fixture.Manager.GetAsync(Fixture.KeyId);
        Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca), secret.Value.Reveal());
        Assert.Contains(_fixture.Rows(), row => row is { Source: AccessSource.Stale });

        await _fixture.PassAsync(TimeSpan.FromSeconds(2));
        var gone = await Assert.ThrowsAsync<SecretUnavailableException>(async () => await ReadAsync());
        Assert.Equal(SecretErrorCode.Unreachable, gone.Code);
        Assert.Equal(SecretErrorCode.Expired, Assert.Throws<SecretUnavailableException>(() => secret.Value.Reveal()).Code);
    }

    [Fact]
    public async Task Outage_right_before_a_refresh_is_survived_for_at_least_55_minutes()
    {
        await _fixture.StartAsync();
        // The refresh comes after 4 to 5 minutes; the backend goes away a second before it could have.
        await _fixture.PassAsync(TimeSpan.FromMinutes(4) - TimeSpan.FromSeconds(1));
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Sealed);

        await _fixture.PassAsync(TimeSpan.FromMinutes(55));
        Assert.Equal("1", (await ReadAsync()).Version.Id);
    }

    [Fact]
    public async Task Outage_that_begins_at_minute_59_of_a_healthy_hour_is_survived_for_at_least_55_minutes()
    {
        await _fixture.StartAsync();
        await _fixture.PassAsync(TimeSpan.FromMinutes(59));
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        var left = _fixture.State().BudgetLeft;
        await _fixture.PassAsync(TimeSpan.FromMinutes(54.9));
        Assert.Equal("1", (await ReadAsync()).Version.Id);
        await _fixture.PassAsync(left - TimeSpan.FromMinutes(54.9));
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await ReadAsync());
    }

    [Fact]
    public async Task Backend_that_returns_at_minute_59_heals_without_a_trip()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await _fixture.PassAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(BundleCondition.Degraded, _fixture.State().Condition);

        _fixture.Backend.Heal(Fixture.Alpaca);
        await _fixture.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(BundleCondition.Healthy, _fixture.State().Condition);
        Assert.Empty(_fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Failed_refresh_is_tried_again_every_15_to_30_seconds()
    {
        await _fixture.StartAsync();
        await _fixture.PassAsync(TimeSpan.FromMinutes(5));
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _fixture.PassAsync(TimeSpan.FromMinutes(5));
        var before = _fixture.Backend.CallsFor(Fixture.Alpaca);
        await _fixture.PassAsync(TimeSpan.FromMinutes(4));
        Assert.InRange(_fixture.Backend.CallsFor(Fixture.Alpaca) - before, 7, 17);
    }

    [Fact]
    public async Task Suspended_machine_does_not_stretch_the_hour()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        _fixture.Suspend(TimeSpan.FromMinutes(61));

        await _fixture.TickAsync();
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await ReadAsync());
    }

    [Theory]
    [InlineData(-240)]
    [InlineData(-30)]
    public async Task Clock_set_back_does_not_stretch_the_hour(int minutes)
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await _fixture.PassAsync(TimeSpan.FromMinutes(10));
        _fixture.SetWall(TimeSpan.FromMinutes(minutes));

        await _fixture.PassAsync(TimeSpan.FromMinutes(49));
        Assert.Equal("1", (await ReadAsync()).Version.Id);
        await _fixture.PassAsync(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await ReadAsync());
    }

    [Fact]
    public async Task Clock_set_forward_shortens_the_hour_rather_than_trusting_the_others()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        _fixture.SetWall(TimeSpan.FromMinutes(59.5));
        await _fixture.TickAsync();
        Assert.InRange(_fixture.State().BudgetLeft, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Denied_stops_opening_at_once_and_is_dropped_after_the_grace()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        await _fixture.TickAsync();
        Assert.Equal(Strongroom.Breaker.CredentialPermission.Restricted, _fixture.Breaker.Permission);

        await _fixture.PassAsync(TimeSpan.FromMinutes(9.9));
        Assert.Equal("1", (await ReadAsync()).Version.Id);
        await _fixture.PassAsync(TimeSpan.FromMinutes(0.2));
        Assert.Equal(Strongroom.Breaker.TripCause.Denied, Assert.Single(_fixture.Breaker.Uncleared).Cause);
        await Assert.ThrowsAsync<SecretAccessDeniedException>(async () => await ReadAsync());
    }

    [Fact]
    public async Task Deleted_needs_two_proofs_30_seconds_apart()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Missing);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        await _fixture.TickAsync();
        Assert.Equal(Strongroom.Breaker.CredentialPermission.All, _fixture.Breaker.Permission);

        await _fixture.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(Strongroom.Breaker.CredentialPermission.Restricted, _fixture.Breaker.Permission);
        await _fixture.PassAsync(TimeSpan.FromMinutes(10.5));
        Assert.Equal(Strongroom.Breaker.TripCause.Deleted, Assert.Single(_fixture.Breaker.Uncleared).Cause);
    }

    [Fact]
    public async Task Denied_deleted_and_denied_again_is_one_loss_with_one_grace()
    {
        await _fixture.StartAsync();
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
                _fixture.Backend.Fail(Fixture.Alpaca, words[second / 20 % words.Length]);
                await _fixture.Runtime.RefreshAsync(CancellationToken.None);
            }
            await _fixture.PassAsync(TimeSpan.FromSeconds(1));
            allowed.Add(_fixture.Breaker.Permission);
        }
        Assert.DoesNotContain(Strongroom.Breaker.CredentialPermission.All, allowed);
        Assert.Single(_fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Answer_that_the_machine_slept_through_is_too_old_to_use()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Hang(Fixture.Alpaca);
        var refresh = _fixture.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        _fixture.Suspend(TimeSpan.FromMinutes(61));
        _fixture.Runtime.Watch.Tick();
        _fixture.Backend.Unhang(Fixture.Alpaca);
        var error = Assert.Single(await refresh);
        Assert.Equal(SecretErrorCode.TimedOut, error.Code);
        Assert.Equal(BundleCondition.Unavailable, _fixture.State().Condition);
    }

    [Fact]
    public async Task Confirmation_that_comes_after_the_hour_brings_no_zeroed_value_back()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await _fixture.PassAsync(s_hour - TimeSpan.FromSeconds(2));
        _fixture.Backend.Heal(Fixture.Alpaca);
        _fixture.Backend.Hang(Fixture.Alpaca);
        var refresh = _fixture.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(BundleCondition.Unavailable, _fixture.State().Condition);
        _fixture.Backend.Unhang(Fixture.Alpaca);
        Assert.Empty(await refresh);
        Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca), (await ReadAsync()).Value.Reveal());
    }

    [Fact]
    public async Task Deleted_once_and_back_is_forgotten()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Missing);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        _fixture.Backend.Heal(Fixture.Alpaca);
        await _fixture.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(Strongroom.Breaker.CredentialPermission.All, _fixture.Breaker.Permission);
        Assert.Equal(BundleCondition.Healthy, _fixture.State().Condition);
    }

    [Fact]
    public async Task Budget_warns_once_at_45_30_15_and_5_minutes()
    {
        await _fixture.StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await _fixture.PassAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(4, _fixture.Log.Count(1103));
        Assert.Equal(1, _fixture.Log.Count(1101));
    }

    [Fact]
    public async Task Old_version_lives_on_until_its_own_hour_ends()
    {
        await _fixture.StartAsync();
        var old = await ReadAsync();
        _fixture.Backend.Rotate(Fixture.Alpaca);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);

        Assert.Equal("2", (await ReadAsync()).Version.Id);
        await _fixture.PassAsync(TimeSpan.FromMinutes(58));
        Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca, 1), old.Value.Reveal());
        await _fixture.PassAsync(TimeSpan.FromMinutes(3));
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
        await _fixture.StartAsync();
        _fixture.Runtime.Refresh.Start();
        _fixture.Runtime.Refresh.Kill();
        _fixture.Time.Advance(TimeSpan.FromMinutes(11));
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(1, _fixture.Log.Count(1104));
        Assert.True(_fixture.Runtime.Refresh.NeedsRestart);

        var calls = _fixture.Backend.CallsFor(Fixture.Alpaca);
        await ReadAsync();
        Assert.False(_fixture.Runtime.Refresh.NeedsRestart);
        await _fixture.TickAsync();
        Assert.True(_fixture.Backend.CallsFor(Fixture.Alpaca) > calls);
    }

    [Fact]
    public async Task Refresh_that_is_killed_from_within_is_an_alarm_and_the_next_read_starts_it_again()
    {
        await _fixture.StartAsync();
        _fixture.Runtime.Refresh.Start();
        _fixture.ClockFault = new InvalidOperationException("The test has broken the clock.");
        await PassUntilAsync(() => _fixture.Log.Count(1105) == 1);
        _fixture.ClockFault = null;
        var calls = _fixture.Backend.CallsFor(Fixture.Alpaca);
        _fixture.Time.Advance(TimeSpan.FromMinutes(11));
        _fixture.Runtime.Watch.Tick();
        Assert.Equal((1, calls), (_fixture.Log.Count(1104), _fixture.Backend.CallsFor(Fixture.Alpaca)));

        await ReadAsync();
        await PassUntilAsync(() => _fixture.Backend.CallsFor(Fixture.Alpaca) > calls);
        Assert.Equal(1, _fixture.Log.Count(1106));
        Assert.InRange(_fixture.State().BudgetLeft, TimeSpan.FromMinutes(55), s_hour);
    }

    /// <summary>The loop's own timer runs it, on another thread.</summary>
    private Task PassUntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        Waiting.UntilAsync(isSo, () => _fixture.Time.Advance(TimeSpan.FromSeconds(0.1)), what);

    private async Task<Secret> ReadAsync() => await _fixture.Manager.GetAsync(Fixture.KeyId);
}
