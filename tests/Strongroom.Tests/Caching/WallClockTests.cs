using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>
/// What only the wall clock says may be a clock that was set, or a machine that was paused: a fresh read decides which.
/// </summary>
public sealed class WallClockTests : IDisposable
{
    private static readonly TimeSpan s_past = TimeSpan.FromMinutes(61);

    private readonly Fixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Step_past_the_end_with_the_backend_there_trips_nothing_and_keeps_the_value()
    {
        await StartAsync();
        var calls = _fixture.Backend.CallsFor(Fixture.Alpaca);
        _fixture.SetWall(s_past);
        _fixture.Runtime.Watch.Tick();

        Assert.Equal(calls + 1, _fixture.Backend.CallsFor(Fixture.Alpaca));
        Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca), (await _fixture.Manager.GetAsync(Fixture.KeyId)).Value.Reveal());
        Assert.Equal(
            (CredentialPermission.All, BundleCondition.Healthy),
            (_fixture.Breaker.Permission, _fixture.State().Condition)
        );
        Assert.Equal(TimeSpan.FromHours(1), _fixture.State().BudgetLeft);
        Assert.Empty(_fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Step_past_the_end_serves_nothing_until_a_fresh_read_has_confirmed_the_value()
    {
        await StartAsync();
        var handle = await _fixture.Manager.GetAsync(Fixture.KeyId);
        _fixture.Backend.Hang(Fixture.Alpaca);
        _fixture.SetWall(s_past);
        _fixture.Runtime.Watch.Tick();

        var read = _fixture.Manager.GetAsync(Fixture.KeyId).AsTask();
        Assert.False(read.IsCompleted);
        Assert.True(Assert.Throws<SecretUnavailableException>(() => handle.Value.Reveal()).IsTransient);
        Assert.Equal(
            (CredentialPermission.Restricted, TimeSpan.Zero),
            (_fixture.Breaker.Permission, _fixture.State().BudgetLeft)
        );
        Assert.Throws<SecretRefusedException>(_fixture.Breaker.RequireAll);

        _fixture.Backend.Unhang(Fixture.Alpaca);
        Assert.Same(handle, await read);
        await _fixture.Runtime.Watch.FreshReads;
        Assert.Equal(_fixture.Backend.ValueOf(Fixture.Alpaca), handle.Value.Reveal());
        Assert.Equal(CredentialPermission.All, _fixture.Breaker.Permission);
        Assert.Empty(_fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Step_past_the_end_with_the_backend_away_drops_the_value_and_trips()
    {
        await StartAsync();
        var handle = await _fixture.Manager.GetAsync(Fixture.KeyId);
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        _fixture.SetWall(s_past);
        _fixture.Runtime.Watch.Tick();

        Assert.Equal(TripCause.Expired, Assert.Single(_fixture.Breaker.Uncleared).Cause);
        Assert.True(handle.Value.IsExpired);
        await Assert.ThrowsAsync<SecretUnavailableException>(async () => await _fixture.Manager.GetAsync(Fixture.KeyId));
    }

    [Fact]
    public async Task Step_past_the_end_with_a_backend_that_hangs_trips_within_five_seconds()
    {
        await StartAsync();
        _fixture.Backend.Hang(Fixture.Alpaca);
        _fixture.SetWall(s_past);
        _fixture.Runtime.Watch.Tick();
        Assert.Empty(_fixture.Breaker.Uncleared);
        _fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await _fixture.Runtime.Watch.FreshReads.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(TripCause.Expired, Assert.Single(_fixture.Breaker.Uncleared).Cause);
    }

    [Fact]
    public async Task Rejection_of_an_old_version_while_the_value_is_parked_is_superseded_and_leaves_no_suspicion()
    {
        await StartAsync();
        var old = await _fixture.PairAsync();
        _fixture.Backend.Rotate(Fixture.Alpaca);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal(RejectionOutcome.Suspect, await _fixture.Reports.ReportRejectedAsync(await _fixture.PairAsync()));
        _fixture.Backend.Hang(Fixture.Alpaca);
        _fixture.SetWall(s_past);
        _fixture.Runtime.Watch.Tick();

        Assert.Equal(
            RejectionOutcome.Superseded,
            await _fixture.Reports.ReportRejectedAsync(old).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)
        );

        _fixture.Backend.Unhang(Fixture.Alpaca);
        await _fixture.Runtime.Watch.FreshReads;
        // What was suspected of the value that is back is suspected still.
        Assert.Equal(
            (BundleCondition.Suspect, CredentialPermission.Restricted),
            (_fixture.State().Condition, _fixture.Breaker.Permission)
        );
        _fixture.Reports.ReportAccepted(await _fixture.PairAsync());
        Assert.Equal(BundleCondition.Healthy, _fixture.State().Condition);
    }

    [Theory]
    [InlineData(41)]
    [InlineData(61)]
    public async Task Order_that_opens_is_refused_from_the_step_on_and_not_from_the_next_look(int minutes)
    {
        await StartAsync();
        _fixture.SetWall(TimeSpan.FromMinutes(minutes));
        Assert.Equal(CredentialPermission.Restricted, _fixture.Breaker.Permission);
        Assert.Throws<SecretRefusedException>(_fixture.Breaker.RequireAll);
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(CredentialPermission.All, _fixture.Breaker.Permission);
    }

    [Theory]
    [InlineData(41)]
    [InlineData(61)]
    public async Task Order_that_opens_is_refused_as_the_machine_wakes_up(int minutes)
    {
        await StartAsync();
        _fixture.Suspend(TimeSpan.FromMinutes(minutes));
        Assert.Equal(CredentialPermission.Restricted, _fixture.Breaker.Permission);
        Assert.Throws<SecretRefusedException>(_fixture.Breaker.RequireAll);
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
        var before = _fixture.Backend.Hang(Fixture.Alpaca);
        var refresh = _fixture.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        var after = _fixture.Backend.Hang(Fixture.Alpaca);
        var calls = _fixture.Backend.CallsFor(Fixture.Alpaca);
        _fixture.SetWall(TimeSpan.FromMinutes(59.99));
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(calls + 1, _fixture.Backend.CallsFor(Fixture.Alpaca));

        after.SetResult();
        await _fixture.Runtime.Watch.FreshReads.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(BundleCondition.Healthy, _fixture.State().Condition);
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        before.SetResult();
        await refresh;
        Assert.Equal(
            (BundleCondition.Healthy, CredentialPermission.All),
            (_fixture.State().Condition, _fixture.Breaker.Permission)
        );
        Assert.Equal(TimeSpan.FromHours(1), _fixture.State().BudgetLeft);
    }

    [Theory]
    [InlineData(41, 20)]
    [InlineData(56, 5)]
    public async Task Step_past_a_mark_has_no_effect_that_stays_before_a_fresh_read_has_decided(int minutes, int mark)
    {
        await StartAsync();
        _fixture.Backend.Hang(Fixture.Alpaca);
        _fixture.SetWall(TimeSpan.FromMinutes(minutes));
        _fixture.Runtime.Watch.Tick();
        Assert.True(_fixture.State().BudgetLeft > TimeSpan.FromMinutes(mark));
        Assert.Equal(CredentialPermission.Restricted, _fixture.Breaker.Permission);

        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await _fixture.Runtime.Watch.FreshReads.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.True(_fixture.State().BudgetLeft <= TimeSpan.FromMinutes(mark));
        Assert.Equal(CredentialPermission.Restricted, _fixture.Breaker.Permission);
        Assert.Empty(_fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Step_past_every_mark_with_the_backend_there_warns_of_nothing()
    {
        await StartAsync();
        _fixture.SetWall(TimeSpan.FromMinutes(56));
        await _fixture.TickAsync();
        Assert.Equal((0, CredentialPermission.All), (_fixture.Log.Count(1103), _fixture.Breaker.Permission));
    }

    [Fact]
    public async Task Step_past_the_grace_of_a_denial_that_is_over_keeps_the_value()
    {
        await StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        _fixture.Backend.Heal(Fixture.Alpaca);
        _fixture.SetWall(TimeSpan.FromMinutes(11));
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(BundleCondition.Healthy, _fixture.State().Condition);
        Assert.Empty(_fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Step_past_the_grace_of_a_denial_that_lasts_trips_for_the_denial()
    {
        await StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        _fixture.SetWall(TimeSpan.FromMinutes(11));
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(TripCause.Denied, Assert.Single(_fixture.Breaker.Uncleared).Cause);
    }

    [Fact]
    public async Task Step_between_two_answers_makes_no_proof_of_a_deletion()
    {
        await StartAsync();
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Missing);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        _fixture.SetWall(TimeSpan.FromSeconds(31));
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(CredentialPermission.All, _fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Step_while_an_answer_is_under_way_has_it_asked_for_again()
    {
        await StartAsync();
        _fixture.Backend.Hang(Fixture.Alpaca);
        var refresh = _fixture.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        _fixture.SetWall(s_past);
        _fixture.Backend.Unhang(Fixture.Alpaca);
        Assert.Empty(await refresh);
        Assert.Equal(TimeSpan.FromHours(1), _fixture.State().BudgetLeft);
    }

    [Fact]
    public async Task Step_ahead_is_no_stall_of_the_refresh()
    {
        await StartAsync();
        _fixture.Runtime.Start();
        _fixture.SetWall(TimeSpan.FromMinutes(11));
        _fixture.Runtime.Watch.Tick();
        Assert.Equal(0, _fixture.Log.Count(1104));
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
        foreach (var fixture in new[] { glass, _fixture })
        {
            await fixture.StartAsync();
            var old = await fixture.Manager.GetAsync(Fixture.KeyId);
            fixture.Backend.Rotate(Fixture.Alpaca);
            await fixture.Runtime.RefreshAsync(CancellationToken.None);
            if (fixture == _fixture)
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
        _fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Denied);
        await _fixture.Runtime.RefreshAsync(CancellationToken.None);
        await _fixture.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(TimeSpan.FromMinutes(4), _fixture.State().BudgetLeft);
    }

    private async Task StartAsync()
    {
        await _fixture.StartAsync();
        await _fixture.TickAsync();
        Assert.Equal(CredentialPermission.All, _fixture.Breaker.Permission);
    }
}
