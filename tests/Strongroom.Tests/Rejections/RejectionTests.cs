using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Rejections;

/// <summary>Promise 4.</summary>
public sealed class RejectionTests
{
    [Fact]
    public async Task Rejection_of_a_version_that_the_cache_has_left_behind_is_superseded()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var used = await fixture.PairAsync();
        fixture.Backend.Rotate(Fixture.Alpaca);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal(RejectionOutcome.Superseded, await fixture.Reports.ReportRejectedAsync(used));
        Assert.Contains(fixture.Rows(), row => row is { Operation: AccessOperation.Reject, Version: "1" });
    }

    [Fact]
    public async Task Rejection_finds_a_newer_version_and_adopts_it()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var used = await fixture.PairAsync();
        fixture.Backend.Rotate(Fixture.Alpaca);

        Assert.Equal(RejectionOutcome.Adopted, await fixture.Reports.ReportRejectedAsync(used));
        Assert.Equal("2", (await fixture.PairAsync())[0].Version.Id);
        Assert.Equal(BundleCondition.Healthy, fixture.State().Condition);
    }

    [Fact]
    public async Task Rejection_of_the_current_version_makes_it_suspect_and_stops_opening()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
        await fixture.TickAsync();
        Assert.Equal(BundleCondition.Suspect, fixture.State().Condition);
        Assert.Equal(CredentialPermission.Restricted, fixture.Breaker.Permission);
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Rejection_again_of_what_was_read_after_the_recheck_trips()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync());
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RejectionOutcome.Tripped, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
        Assert.Equal(TripCause.Rejected, Assert.Single(fixture.Breaker.Uncleared).Cause);
        Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
    }

    [Fact]
    public async Task Suspicion_again_of_what_was_read_after_the_recheck_asks_again_after_30_seconds_and_trips_nothing()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportSuspectedAsync(await fixture.PairAsync()));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var reads = fixture.Backend.Calls;
        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportSuspectedAsync(await fixture.PairAsync()));
        Assert.Equal(reads, fixture.Backend.Calls);
        fixture.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportSuspectedAsync(await fixture.PairAsync()));
        Assert.True(fixture.Backend.Calls > reads);
        Assert.Equal(BundleCondition.Suspect, fixture.State().Condition);
        Assert.Empty(fixture.Breaker.Uncleared);

        // A 401 leaves no doubt.
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RejectionOutcome.Tripped, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
    }

    [Fact]
    public async Task Rejections_late_of_requests_sent_before_the_recheck_trip_nothing()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var early = await fixture.PairAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.Reports.ReportRejectedAsync(early);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(early));
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejections_a_thousand_at_once_share_one_fetch_and_trip_nothing(bool newer)
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var used = await fixture.PairAsync();
        if (newer)
            fixture.Backend.Rotate(Fixture.Alpaca);
        var before = fixture.Backend.CallsFor(Fixture.Alpaca);
        var gate = fixture.Backend.Hang(Fixture.Alpaca);
        var reports = Enumerable.Range(0, 1000).Select(_ => fixture.Reports.ReportRejectedAsync(used).AsTask()).ToList();
        gate.SetResult();

        Assert.All(await Task.WhenAll(reports), outcome =>
            Assert.Equal(newer ? RejectionOutcome.Adopted : RejectionOutcome.Suspect, outcome)
        );
        Assert.Equal(1, fixture.Backend.CallsFor(Fixture.Alpaca) - before);
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Rejection_while_the_backend_is_away_stays_suspect_and_is_looked_at_again_after_30_seconds()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var used = await fixture.PairAsync();
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(used));
        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(used));

        fixture.Backend.Rotate(Fixture.Alpaca);
        await fixture.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(BundleCondition.Healthy, fixture.State().Condition);
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Spurious_rejection_ends_when_the_counterparty_accepts_again()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync());
        fixture.Reports.ReportAccepted(await fixture.PairAsync());
        await fixture.TickAsync();
        Assert.Equal(BundleCondition.Healthy, fixture.State().Condition);
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);
        Assert.Equal("1", fixture.State().AcceptedVersion?.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Spurious_rejection_in_the_middle_of_an_outage_trips_nothing_and_is_settled_when_the_backend_is_back(
        bool hasProbe
    )
    {
        using var fixture = new Fixture(probes: hasProbe ? [new AnsweringProbe(_ => ProbeResult.Accepted)] : []);
        await fixture.StartAsync();
        fixture.Backend.Fail(Fixture.Alpaca, SecretErrorCode.Unreachable);
        await fixture.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(CredentialPermission.All, fixture.Breaker.Permission);

        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
        Assert.Equal(CredentialPermission.Restricted, fixture.Breaker.Permission); // at once, not at the next tick
        var forced = fixture.Backend.Requests.Count(request => request.Purpose == ReadPurpose.Rejected);
        for (var minute = 0; minute < 10; minute++)
        {
            await fixture.PassAsync(TimeSpan.FromMinutes(1));
            Assert.Equal("1", (await fixture.PairAsync())[0].Version.Id); // cancelling and reducing go on with it
            fixture.Reports.ReportAccepted(await fixture.PairAsync());
        }
        Assert.InRange(fixture.Backend.Requests.Count(request => request.Purpose == ReadPurpose.Rejected) - forced, 10, 20);
        Assert.Equal(BundleCondition.Suspect, fixture.State().Condition);

        fixture.Backend.Heal(Fixture.Alpaca);
        await fixture.PassAsync(TimeSpan.FromSeconds(31));
        fixture.Reports.ReportAccepted(await fixture.PairAsync());
        await fixture.TickAsync();
        Assert.Equal(
            (BundleCondition.Healthy, CredentialPermission.All),
            (fixture.State().Condition, fixture.Breaker.Permission)
        );
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Rejection_that_the_probe_contradicts_is_settled_at_once()
    {
        using var fixture = new Fixture(probes: [new AnsweringProbe(_ => ProbeResult.Accepted)]);
        await fixture.StartAsync();
        Assert.Equal(RejectionOutcome.Adopted, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
        Assert.Equal(BundleCondition.Healthy, fixture.State().Condition);
    }

    [Fact]
    public async Task Rejection_that_the_probe_confirms_trips_at_once()
    {
        using var fixture = new Fixture(probes: [new AnsweringProbe(_ => ProbeResult.Rejected)]);
        await fixture.StartAsync();
        Assert.Equal(RejectionOutcome.Tripped, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejection_that_the_probe_confirms_of_a_version_replaced_meanwhile_trips_nothing(bool isReplaced)
    {
        Fixture? fixture = null;
        var probe = new ReplacingProbe(async candidate =>
        {
            if (candidate[0].Version.Id != "1")
                return ProbeResult.Accepted;
            if (isReplaced)
            {
                fixture!.Backend.Rotate(Fixture.Alpaca);
                Assert.Empty(await fixture.Runtime.RefreshAsync(CancellationToken.None));
            }
            return ProbeResult.Rejected;
        });
        using (fixture = new Fixture(probes: [probe]))
        {
            Assert.Empty(await fixture.Runtime.FetchRequiredAsync(CancellationToken.None));
            Assert.Equal(
                isReplaced ? RejectionOutcome.Adopted : RejectionOutcome.Tripped,
                await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync())
            );
            Assert.Equal(isReplaced ? "2" : "1", fixture.State().Version?.Id);
            Assert.Equal(isReplaced ? 0 : 1, fixture.Breaker.Uncleared.Count);
        }
    }

    [Fact]
    public async Task Newer_version_that_the_probe_rejects_does_not_replace_the_one_in_use()
    {
        using var fixture = new Fixture(
            probes: [new AnsweringProbe(set => set[0].Version.Id == "2" ? ProbeResult.Rejected : ProbeResult.Accepted)]
        );
        await fixture.StartAsync();
        fixture.Backend.Rotate(Fixture.Alpaca);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal("1", (await fixture.PairAsync())[0].Version.Id);
        Assert.Equal(SecretErrorCode.ValueInvalid, fixture.State().LastError);
    }

    [Fact]
    public async Task Rejection_of_a_bundle_that_is_not_declared_halt_trips_nothing()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await fixture.Reports.ReportRejectedAsync(await fixture.Manager.GetAsync([Fixture.Password]));
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    [Fact]
    public async Task Probe_that_throws_counts_as_unknown()
    {
        using var fixture = new Fixture(probes: [new AnsweringProbe(_ => throw new HttpRequestException("down"))]);
        await fixture.StartAsync();
        Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
        fixture.Backend.Rotate(Fixture.Alpaca);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal("2", (await fixture.PairAsync())[0].Version.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejection_that_is_reported_again_and_again_fills_no_journal(bool isSuperseded)
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var used = await fixture.PairAsync();
        if (isSuperseded)
        {
            fixture.Backend.Rotate(Fixture.Alpaca);
            await fixture.Runtime.RefreshAsync(CancellationToken.None);
        }
        var before = fixture.Runtime.Trail.Journal.Pending;
        for (var i = 0; i < 20_000; i++)
            await fixture.Reports.ReportRejectedAsync(used);

        Assert.InRange(fixture.Runtime.Trail.Journal.Pending - before, 2, 20);
        Assert.Equal(40_000, fixture.Rows().Where(row => row.Operation == AccessOperation.Reject).Sum(row => row.AccessCount));
        Assert.True(fixture.Runtime.Trail.Journal.HasCapacityForReads);
    }

    [Fact]
    public async Task Rejection_again_and_again_of_what_its_counterparty_accepts_is_looked_into_once_a_second()
    {
        using var fixture = new Fixture(probes: [new AnsweringProbe(_ => ProbeResult.Accepted)]);
        await fixture.StartAsync();
        Assert.Equal(RejectionOutcome.Adopted, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
        var reads = fixture.Backend.Calls;
        for (var i = 0; i < 1000; i++)
            Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()));
        Assert.Equal((reads, BundleCondition.Suspect), (fixture.Backend.Calls, fixture.State().Condition));

        // It is not forgotten: the next tick looks into it, whatever is reported by then.
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.TickAsync();
        Assert.Equal((reads + 1, BundleCondition.Healthy), (fixture.Backend.Calls, fixture.State().Condition));
    }

    private sealed class ReplacingProbe(Func<SecretSet, Task<ProbeResult>> answer) : IBundleProbe
    {
        public string Bundle => "alpaca";

        public async ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct) => await answer(candidate);
    }

    private sealed class AnsweringProbe(Func<SecretSet, ProbeResult> answer) : IBundleProbe
    {
        public string Bundle => "alpaca";

        public ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct) => new(answer(candidate));
    }
}
