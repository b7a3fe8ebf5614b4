using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Rejections;

/// <summary>Promise 4.</summary>
public sealed class RejectionTests
{
    [Fact]
    public async Task Rejection_of_a_generation_that_the_cache_has_left_behind_is_superseded()
    {
        using var room = new Room();
        await room.StartAsync();
        var used = await room.PairAsync();
        room.Backend.Rotate(Room.Alpaca);
        await room.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal(RejectionOutcome.Superseded, await room.Manager.ReportRejectedAsync(used));
        Assert.Contains(room.Rows(), row => row is { Operation: AccessOperation.Reject, Version: "1" });
    }

    [Fact]
    public async Task Rejection_finds_a_newer_generation_and_adopts_it()
    {
        using var room = new Room();
        await room.StartAsync();
        var used = await room.PairAsync();
        room.Backend.Rotate(Room.Alpaca);

        Assert.Equal(RejectionOutcome.Adopted, await room.Manager.ReportRejectedAsync(used));
        Assert.Equal("2", (await room.PairAsync())[0].Version.Id);
        Assert.Equal(BundleCondition.Healthy, room.State().Condition);
    }

    [Fact]
    public async Task Rejection_of_the_current_generation_makes_it_suspect_and_stops_opening()
    {
        using var room = new Room();
        await room.StartAsync();
        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
        await room.TickAsync();
        Assert.Equal(BundleCondition.Suspect, room.State().Condition);
        Assert.Equal(TradingPermission.ReduceOnly, room.Breaker.Permission);
        Assert.Empty(room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Rejection_again_of_what_was_read_after_the_recheck_trips()
    {
        using var room = new Room();
        await room.StartAsync();
        await room.Manager.ReportRejectedAsync(await room.PairAsync());
        room.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RejectionOutcome.Tripped, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
        Assert.Equal(TripCause.Rejected, Assert.Single(room.Breaker.Uncleared).Cause);
        Assert.Equal(TradingPermission.Halted, room.Breaker.Permission);
    }

    [Fact]
    public async Task Suspicion_again_of_what_was_read_after_the_recheck_asks_again_after_30_seconds_and_trips_nothing()
    {
        using var room = new Room();
        await room.StartAsync();
        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportSuspectedAsync(await room.PairAsync()));
        room.Time.Advance(TimeSpan.FromSeconds(1));
        var reads = room.Backend.Calls;
        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportSuspectedAsync(await room.PairAsync()));
        Assert.Equal(reads, room.Backend.Calls);
        room.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportSuspectedAsync(await room.PairAsync()));
        Assert.True(room.Backend.Calls > reads);
        Assert.Equal(BundleCondition.Suspect, room.State().Condition);
        Assert.Empty(room.Breaker.Uncleared);

        // A 401 leaves no doubt.
        room.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RejectionOutcome.Tripped, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
    }

    [Fact]
    public async Task Rejections_late_of_requests_sent_before_the_recheck_trip_nothing()
    {
        using var room = new Room();
        await room.StartAsync();
        var early = await room.PairAsync();
        room.Time.Advance(TimeSpan.FromSeconds(1));
        await room.Manager.ReportRejectedAsync(early);
        room.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportRejectedAsync(early));
        Assert.Empty(room.Breaker.Uncleared);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejections_a_thousand_at_once_share_one_fetch_and_trip_nothing(bool newer)
    {
        using var room = new Room();
        await room.StartAsync();
        var used = await room.PairAsync();
        if (newer)
            room.Backend.Rotate(Room.Alpaca);
        var before = room.Backend.CallsFor(Room.Alpaca);
        var gate = room.Backend.Hang(Room.Alpaca);
        var reports = Enumerable.Range(0, 1000).Select(_ => room.Manager.ReportRejectedAsync(used).AsTask()).ToList();
        gate.SetResult();

        Assert.All(await Task.WhenAll(reports), outcome => Assert.Equal(newer ? RejectionOutcome.Adopted : RejectionOutcome.Suspect, outcome));
        Assert.Equal(1, room.Backend.CallsFor(Room.Alpaca) - before);
        Assert.Empty(room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Rejection_while_the_backend_is_away_stays_suspect_and_is_looked_at_again_after_30_seconds()
    {
        using var room = new Room();
        await room.StartAsync();
        var used = await room.PairAsync();
        room.Backend.Fail(Room.Alpaca, SecretErrorCode.Unreachable);
        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportRejectedAsync(used));
        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportRejectedAsync(used));

        room.Backend.Rotate(Room.Alpaca);
        await room.PassAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(BundleCondition.Healthy, room.State().Condition);
        Assert.Empty(room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Spurious_rejection_ends_when_the_counterparty_accepts_again()
    {
        using var room = new Room();
        await room.StartAsync();
        await room.Manager.ReportRejectedAsync(await room.PairAsync());
        room.Manager.ReportAccepted(await room.PairAsync());
        await room.TickAsync();
        Assert.Equal(BundleCondition.Healthy, room.State().Condition);
        Assert.Equal(TradingPermission.All, room.Breaker.Permission);
        Assert.Equal("1", room.State().AcceptedGeneration?.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Spurious_rejection_in_the_middle_of_an_outage_trips_nothing_and_is_settled_when_the_backend_is_back(bool hasProbe)
    {
        using var room = new Room(probes: hasProbe ? [new AnsweringProbe(_ => ProbeResult.Accepted)] : []);
        await room.StartAsync();
        room.Backend.Fail(Room.Alpaca, SecretErrorCode.Unreachable);
        await room.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(TradingPermission.All, room.Breaker.Permission);

        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
        Assert.Equal(TradingPermission.ReduceOnly, room.Breaker.Permission); // at once, not at the next tick
        var forced = room.Backend.Requests.Count(request => request.Purpose == ReadPurpose.Rejected);
        for (var minute = 0; minute < 10; minute++)
        {
            await room.PassAsync(TimeSpan.FromMinutes(1));
            Assert.Equal("1", (await room.PairAsync())[0].Version.Id); // cancelling and reducing go on with it
            room.Manager.ReportAccepted(await room.PairAsync());
        }
        Assert.InRange(room.Backend.Requests.Count(request => request.Purpose == ReadPurpose.Rejected) - forced, 10, 20);
        Assert.Equal(BundleCondition.Suspect, room.State().Condition);

        room.Backend.Heal(Room.Alpaca);
        await room.PassAsync(TimeSpan.FromSeconds(31));
        room.Manager.ReportAccepted(await room.PairAsync());
        await room.TickAsync();
        Assert.Equal((BundleCondition.Healthy, TradingPermission.All), (room.State().Condition, room.Breaker.Permission));
        Assert.Empty(room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Rejection_that_the_probe_contradicts_is_settled_at_once()
    {
        using var room = new Room(probes: [new AnsweringProbe(_ => ProbeResult.Accepted)]);
        await room.StartAsync();
        Assert.Equal(RejectionOutcome.Adopted, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
        Assert.Equal(BundleCondition.Healthy, room.State().Condition);
    }

    [Fact]
    public async Task Rejection_that_the_probe_confirms_trips_at_once()
    {
        using var room = new Room(probes: [new AnsweringProbe(_ => ProbeResult.Rejected)]);
        await room.StartAsync();
        Assert.Equal(RejectionOutcome.Tripped, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
    }

    [Fact]
    public async Task Newer_generation_that_the_probe_rejects_does_not_replace_the_one_in_use()
    {
        using var room = new Room(probes: [new AnsweringProbe(set => set[0].Version.Id == "2" ? ProbeResult.Rejected : ProbeResult.Accepted)]);
        await room.StartAsync();
        room.Backend.Rotate(Room.Alpaca);
        await room.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal("1", (await room.PairAsync())[0].Version.Id);
        Assert.Equal(SecretErrorCode.ValueInvalid, room.State().LastError);
    }

    [Fact]
    public async Task Rejection_of_a_bundle_that_is_not_declared_halt_trips_nothing()
    {
        using var room = new Room();
        await room.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await room.Manager.ReportRejectedAsync(await room.Manager.GetAsync([Room.Password]));
            room.Time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Empty(room.Breaker.Uncleared);
    }

    [Fact]
    public async Task Probe_that_throws_counts_as_unknown()
    {
        using var room = new Room(probes: [new AnsweringProbe(_ => throw new HttpRequestException("down"))]);
        await room.StartAsync();
        Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
        room.Backend.Rotate(Room.Alpaca);
        await room.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Equal("2", (await room.PairAsync())[0].Version.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejection_that_is_reported_again_and_again_fills_no_journal(bool isSuperseded)
    {
        using var room = new Room();
        await room.StartAsync();
        var used = await room.PairAsync();
        if (isSuperseded)
        {
            room.Backend.Rotate(Room.Alpaca);
            await room.Runtime.RefreshAsync(CancellationToken.None);
        }
        var before = room.Runtime.Trail.Journal.Pending;
        for (var i = 0; i < 20_000; i++)
            await room.Manager.ReportRejectedAsync(used);

        Assert.InRange(room.Runtime.Trail.Journal.Pending - before, 2, 20);
        Assert.Equal(40_000, room.Rows().Where(row => row.Operation == AccessOperation.Reject).Sum(row => row.AccessCount));
        Assert.True(room.Runtime.Trail.Journal.HasRoomForReads);
    }

    [Fact]
    public async Task Rejection_again_and_again_of_what_its_counterparty_accepts_is_looked_into_once_a_second()
    {
        using var room = new Room(probes: [new AnsweringProbe(_ => ProbeResult.Accepted)]);
        await room.StartAsync();
        Assert.Equal(RejectionOutcome.Adopted, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
        var reads = room.Backend.Calls;
        for (var i = 0; i < 1000; i++)
            Assert.Equal(RejectionOutcome.Suspect, await room.Manager.ReportRejectedAsync(await room.PairAsync()));
        Assert.Equal((reads, BundleCondition.Suspect), (room.Backend.Calls, room.State().Condition));

        // It is not forgotten: the next tick looks into it, whoever reports by then.
        room.Time.Advance(TimeSpan.FromSeconds(1));
        await room.TickAsync();
        Assert.Equal((reads + 1, BundleCondition.Healthy), (room.Backend.Calls, room.State().Condition));
    }

    private sealed class AnsweringProbe(Func<SecretSet, ProbeResult> answer) : IBundleProbe
    {
        public string Bundle => "alpaca";

        public ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct) => new(answer(candidate));
    }
}
