using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>
/// What only the wall clock says may be a clock that was set, or a machine that was paused: a fresh read decides which.
/// </summary>
public sealed class WallClockTests : IDisposable
{
    private static readonly TimeSpan s_past = TimeSpan.FromMinutes(61);

    private readonly Fixture _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Step_past_the_end_with_the_backend_there_trips_nothing_and_keeps_the_value()
    {
        await StartAsync();
        var calls = _room.Backend.CallsFor(Fixture.Alpaca);
        _room.SetWall(s_past);
        _room.Runtime.Watch.Tick();

        Assert.Equal(calls + 1, _room.Backend.CallsFor(Fixture.Alpaca));
        Assert.Equal(_room.Backend.ValueOf(Fixture.Alpaca), (await _room.Manager.GetAsync(Fixture.KeyId)).Value.Reveal());
        Assert.Equal((CredentialPermission.All, BundleCondition.Healthy), (_room.Breaker.Permission, _room.State().Condition));
        Assert.Equal(TimeSpan.FromHours(1), _room.State().BudgetLeft);
        Assert.Empty(_room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Step_past_the_end_serves_nothing_until_a_fresh_read_has_confirmed_the_value()
    {
        await StartAsync();
        var handle = await _room.Manager.GetAsync(Fixture.KeyId);
        _room.Backend.Hang(Fixture.Alpaca);
        _room.SetWall(s_past);
        _room.Runtime.Watch.Tick();

        var read = _room.Manager.GetAsync(Fixture.KeyId).AsTask();
        Assert.False(read.IsCompleted);
        Assert.True(Assert.Throws<SecretUnavailableException>(() => handle.Value.Reveal()).IsTransient);
        Assert.Equal((CredentialPermission.Restricted, TimeSpan.Zero), (_room.Breaker.Permission, _room.State().BudgetLeft));
        Assert.Throws<SecretRefusedException>(_room.Breaker.RequireAll);

        _room.Backend.Unhang(Fixture.Alpaca);
        Assert.Same(handle, await read);
        await _room.Runtime.Watch.FreshReads;
        Assert.Equal(_room.Backend.ValueOf(Fixture.Alpaca), handle.Value.Reveal());
        Assert.Equal(CredentialPermission.All, _room.Breaker.Permission);
        Assert.Empty(_room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Step_past_the_end_with_the_backend_away_drops_the_value_and_trips()
    {
        await StartAsync();
        var handle = await _room.Manager.GetAsync(Fixture.KeyId);
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        _room.SetWall(s_past);
        _room.Runtime.Watch.Tick();

        Assert.Equal(TripCause.Expired, Assert.Single(_room.Breaker.Uncleared).Cause);
        Assert.True(handle.Value.IsExpired);
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await _room.Manager.GetAsync(Fixture.KeyId));
    }

    [Fact]
    public async Task Step_past_the_end_with_a_backend_that_hangs_trips_within_five_seconds()
    {
        await StartAsync();
        _room.Backend.Hang(Fixture.Alpaca);
        _room.SetWall(s_past);
        _room.Runtime.Watch.Tick();
        Assert.Empty(_room.Breaker.Uncleared);
        _room.Time.Advance(TimeSpan.FromSeconds(5));
        await _room.Runtime.Watch.FreshReads.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(TripCause.Expired, Assert.Single(_room.Breaker.Uncleared).Cause);
    }

    [Fact]
    public async Task Rejection_of_an_old_version_while_the_value_is_parked_is_superseded_and_leaves_no_suspicion()
    {
        await StartAsync();
        var old = await _room.PairAsync();
        _room.Backend.Rotate(Fixture.Alpaca);
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal(RejectionOutcome.Suspect, await _room.Reports.ReportRejectedAsync(await _room.PairAsync()));
        _room.Backend.Hang(Fixture.Alpaca);
        _room.SetWall(s_past);
        _room.Runtime.Watch.Tick();

        Assert.Equal(
            RejectionOutcome.Superseded,
            await _room.Reports.ReportRejectedAsync(old).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)
        );

        _room.Backend.Unhang(Fixture.Alpaca);
        await _room.Runtime.Watch.FreshReads;
        // What was suspected of the value that is back is suspected still.
        Assert.Equal(
            (BundleCondition.Suspect, CredentialPermission.Restricted),
            (_room.State().Condition, _room.Breaker.Permission)
        );
        _room.Reports.ReportAccepted(await _room.PairAsync());
        Assert.Equal(BundleCondition.Healthy, _room.State().Condition);
    }

    [Theory]
    [InlineData(41)]
    [InlineData(61)]
    public async Task Order_that_opens_is_refused_from_the_step_on_and_not_from_the_next_look(int minutes)
    {
        await StartAsync();
        _room.SetWall(TimeSpan.FromMinutes(minutes));
        Assert.Equal(CredentialPermission.Restricted, _room.Breaker.Permission);
        Assert.Throws<SecretRefusedException>(_room.Breaker.RequireAll);
        _room.Runtime.Watch.Tick();
        Assert.Equal(CredentialPermission.All, _room.Breaker.Permission);
    }

    [Theory]
    [InlineData(41)]
    [InlineData(61)]
    public async Task Order_that_opens_is_refused_as_the_machine_wakes_up(int minutes)
    {
        await StartAsync();
        _room.Suspend(TimeSpan.FromMinutes(minutes));
        Assert.Equal(CredentialPermission.Restricted, _room.Breaker.Permission);
        Assert.Throws<SecretRefusedException>(_room.Breaker.RequireAll);
    }

    [Fact]
    public async Task Process_that_ends_during_a_fresh_read_trips_nothing()
    {
        var trips = new InMemoryTripStore();
        var fixture = new Fixture(trips: trips);
        await fixture.StartAsync();
        fixture.Backend.Hang(Fixture.Alpaca);
        fixture.SetWall(s_past);
        fixture.Runtime.Watch.Tick();
        fixture.Dispose();
        await fixture.Runtime.Watch.FreshReads.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Fresh_read_joins_no_fetch_that_was_sent_before_and_what_that_says_later_counts_for_nothing()
    {
        await StartAsync();
        var before = _room.Backend.Hang(Fixture.Alpaca);
        var refresh = _room.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        var after = _room.Backend.Hang(Fixture.Alpaca);
        var calls = _room.Backend.CallsFor(Fixture.Alpaca);
        _room.SetWall(TimeSpan.FromMinutes(59.99));
        _room.Runtime.Watch.Tick();
        Assert.Equal(calls + 1, _room.Backend.CallsFor(Fixture.Alpaca));

        after.SetResult();
        await _room.Runtime.Watch.FreshReads.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(BundleCondition.Healthy, _room.State().Condition);
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        before.SetResult();
        await refresh;
        Assert.Equal((BundleCondition.Healthy, CredentialPermission.All), (_room.State().Condition, _room.Breaker.Permission));
        Assert.Equal(TimeSpan.FromHours(1), _room.State().BudgetLeft);
    }

    [Theory]
    [InlineData(41, 20)]
    [InlineData(56, 5)]
    public async Task Step_past_a_mark_has_no_effect_that_stays_before_a_fresh_read_has_decided(int minutes, int mark)
    {
        await StartAsync();
        _room.Backend.Hang(Fixture.Alpaca);
        _room.SetWall(TimeSpan.FromMinutes(minutes));
        _room.Runtime.Watch.Tick();
        Assert.True(_room.State().BudgetLeft > TimeSpan.FromMinutes(mark));
        Assert.Equal(CredentialPermission.Restricted, _room.Breaker.Permission);

        _room.Time.Advance(TimeSpan.FromSeconds(2));
        await _room.Runtime.Watch.FreshReads.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.True(_room.State().BudgetLeft <= TimeSpan.FromMinutes(mark));
        Assert.Equal(CredentialPermission.Restricted, _room.Breaker.Permission);
        Assert.Empty(_room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Step_past_every_mark_with_the_backend_there_warns_of_nothing()
    {
        await StartAsync();
        _room.SetWall(TimeSpan.FromMinutes(56));
        await _room.TickAsync();
        Assert.Equal((0, CredentialPermission.All), (_room.Log.Count(1103), _room.Breaker.Permission));
    }

    [Fact]
    public async Task Step_past_the_grace_of_a_denial_that_is_over_keeps_the_value()
    {
        await StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        _room.Backend.Heal(Fixture.Alpaca);
        _room.SetWall(TimeSpan.FromMinutes(11));
        _room.Runtime.Watch.Tick();
        Assert.Equal(BundleCondition.Healthy, _room.State().Condition);
        Assert.Empty(_room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Step_past_the_grace_of_a_denial_that_lasts_trips_for_the_denial()
    {
        await StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        _room.SetWall(TimeSpan.FromMinutes(11));
        _room.Runtime.Watch.Tick();
        Assert.Equal(TripCause.Denied, Assert.Single(_room.Breaker.Uncleared).Cause);
    }

    [Fact]
    public async Task Step_between_two_answers_makes_no_proof_of_a_deletion()
    {
        await StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Missing);
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        _room.SetWall(TimeSpan.FromSeconds(31));
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        _room.Runtime.Watch.Tick();
        Assert.Equal(CredentialPermission.All, _room.Breaker.Permission);
    }

    [Fact]
    public async Task Step_while_an_answer_is_under_way_has_it_asked_for_again()
    {
        await StartAsync();
        _room.Backend.Hang(Fixture.Alpaca);
        var refresh = _room.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        _room.SetWall(s_past);
        _room.Backend.Unhang(Fixture.Alpaca);
        Assert.Empty(await refresh);
        Assert.Equal(TimeSpan.FromHours(1), _room.State().BudgetLeft);
    }

    [Fact]
    public async Task Step_ahead_is_no_stall_of_the_refresh()
    {
        await StartAsync();
        _room.Runtime.Start();
        _room.SetWall(TimeSpan.FromMinutes(11));
        _room.Runtime.Watch.Tick();
        Assert.Equal(0, _room.Log.Count(1104));
    }

    [Theory]
    [InlineData(-180)]
    [InlineData(0)]
    public async Task Step_back_makes_a_break_glass_no_longer(int minutes)
    {
        using var fixture = new Fixture(allEndsIn: TimeSpan.FromMinutes(10));
        await fixture.StartAsync();
        fixture.SetWall(TimeSpan.FromMinutes(minutes));
        await fixture.PassAsync(TimeSpan.FromMinutes(10.1));
        Assert.Equal(BundleCondition.Unavailable, fixture.State().Condition);
        await Assert.ThrowsAsync<SecretRefusedException>(async () => await fixture.Manager.GetAsync(Fixture.KeyId));
    }

    [Fact]
    public async Task Retired_versions_end_with_the_break_glass_and_with_the_denial()
    {
        using var glass = new Fixture(allEndsIn: TimeSpan.FromMinutes(10));
        foreach (var fixture in new[] { glass, _room })
        {
            await fixture.StartAsync();
            var old = await fixture.Manager.GetAsync(Fixture.KeyId);
            fixture.Backend.Rotate(Fixture.Alpaca);
            await fixture.Runtime.RefreshAsync(CancellationToken.None);
            if (fixture == _room)
                fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
            await fixture.PassAsync(TimeSpan.FromMinutes(9));
            Assert.False(old.Value.IsExpired);
            await fixture.PassAsync(TimeSpan.FromMinutes(7));
            Assert.True(old.Value.IsExpired);
        }
    }

    [Fact]
    public async Task Denial_counts_in_what_is_left_from_the_moment_of_its_confirmation()
    {
        await StartAsync();
        _room.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _room.Runtime.RefreshAsync(CancellationToken.None);
        await _room.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(TimeSpan.FromMinutes(4), _room.State().BudgetLeft);
    }

    private async Task StartAsync()
    {
        await _room.StartAsync();
        await _room.TickAsync();
        Assert.Equal(CredentialPermission.All, _room.Breaker.Permission);
    }
}
