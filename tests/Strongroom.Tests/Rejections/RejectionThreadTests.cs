using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Bundles;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Rejections;

/// <summary>Rejections that several threads report at once, and whose backend, log, probe or trip store blocks.</summary>
public sealed class RejectionThreadTests
{
    private const int Threads = 8;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>What runs the code of others.</summary>
    public enum Blocking
    {
        Backend,
        Log,
        Probe,
        TripStore,
    }

    [Fact]
    public async Task Reports_of_eight_threads_share_one_forced_read_and_its_outcome()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        for (var round = 1; round <= 50; round++)
        {
            var used = await fixture.PairAsync();
            fixture.Backend.Hang(Fixture.Alpaca);
            var reports = new Task<RejectionOutcome>[Threads];
            TestThreads.AtOnce([
                .. Enumerable
                    .Range(0, Threads)
                    .Select(i => (Action)(() => reports[i] = fixture.Reports.ReportRejectedAsync(used).AsTask())),
            ]);
            fixture.Backend.Rotate(Fixture.Alpaca);
            fixture.Backend.Unhang(Fixture.Alpaca);
            Assert.All(await Task.WhenAll(reports).WaitAsync(s_limit), outcome =>
                Assert.Equal(RejectionOutcome.Adopted, outcome)
            );
            Assert.Equal(round, fixture.Backend.Requests.Count(request => request.Purpose == ReadPurpose.Rejected));
        }
        Assert.Equal(1, fixture.Backend.MostInFlight);
    }

    [Fact]
    public void Rejection_that_is_reported_between_the_check_and_the_clear_is_kept_until_a_later_proof()
    {
        var clocks = new ElapsedClock(TimeProvider.System);
        var settings = new CacheSettings();
        var version = new VersionIdentity(new SecretVersion("1"), null);
        for (var round = 0; round < 2000; round++)
        {
            var cached = new CachedBundle(SecretDeclaration.Parse(Fixture.Declaration).Bundles[0], "", clocks, settings);
            var rule = new PermissionRule([cached], _ => true, settings, clocks);
            var since = clocks.Now;
            cached.Adopt(
                [new Secret(Fixture.KeyId, SecretValue.FromText("made-up"), version.Version, null, "alpaca")],
                version,
                clocks.Now
            );
            cached.RecordProbe(version, clocks.Now, isAccepted: true);
            var readAt = clocks.Now;
            TestThreads.AtOnce(
                () => cached.Suspect(version, readAt, isCertain: true),
                () => rule.ProveSince(since, [true]),
                () => rule.ProveSince(since, [true])
            );
            Assert.Equal(readAt, cached.PendingRejection?.NewestReadAt);

            cached.RecordProbe(version, clocks.Now, isAccepted: true);
            Assert.True(rule.ProveSince(since, [true]));
            Assert.Null(cached.PendingRejection);
            cached.Expire();
        }
    }

    [Theory]
    [InlineData(Blocking.Backend)]
    [InlineData(Blocking.Log)]
    [InlineData(Blocking.Probe)]
    [InlineData(Blocking.TripStore)]
    public async Task Report_that_is_blocked_by_code_of_others_holds_up_no_state_no_hit_and_no_other_report(Blocking what)
    {
        using var block = new BlockingCall();
        var (trips, probe) = (new BlockingTripStore(), new BlockingProbe());
        using var fixture = new Fixture(probes: what == Blocking.Probe ? [probe] : [], trips: trips);
        await fixture.StartAsync();
        if (what == Blocking.TripStore)
        {
            await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync());
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            trips.Block = block;
        }
        probe.Block = block;
        if (what == Blocking.Backend)
            fixture.Backend.Asked = request => block.EnterOnceIf(request.Path.Path == Fixture.Alpaca);
        if (what == Blocking.Log)
            fixture.Log.Written = id => block.EnterOnceIf(id == 1010);
        var (used, other) = (await fixture.PairAsync(), await fixture.Manager.GetAsync([Fixture.Password]));

        var blocked = TestThreads.Run(() => fixture.Reports.ReportRejectedAsync(used).AsTask());
        await block.Entered.WaitAsync(s_limit);
        try
        {
            await TestThreads
                .Run(async () =>
                {
                    Assert.Equal(BundleCondition.Suspect, fixture.State().Condition);
                    Assert.NotEqual(CredentialPermission.All, fixture.Breaker.Permission);
                    Assert.Equal(used[0].Version, (await fixture.Manager.GetAsync(Fixture.KeyId)).Version);
                    fixture.Reports.ReportAccepted(used);
                    Assert.Equal(RejectionOutcome.Suspect, await fixture.Reports.ReportRejectedAsync(other));
                })
                .WaitAsync(s_limit);
        }
        finally
        {
            block.Release();
        }
        await blocked.WaitAsync(s_limit);
    }

    [Fact]
    public async Task Breaker_whose_probes_block_while_they_are_made_answers_and_stores_a_trip_all_the_same()
    {
        using var block = new BlockingCall();
        using var fixture = new Fixture(probes: Probes(block));
        Assert.Empty(await fixture.Runtime.FetchRequiredAsync(CancellationToken.None));

        var blocked = TestThreads.Run(async () => await fixture.Breaker.RefreshAsync(CancellationToken.None));
        await block.Entered.WaitAsync(s_limit);
        try
        {
            await TestThreads
                .Run(async () =>
                {
                    Assert.NotEqual(CredentialPermission.All, fixture.Breaker.Permission);
                    await fixture.Breaker.TripAsync(TripCause.Rejected, "alpaca", "1", "A test.", CancellationToken.None);
                    Assert.Equal(CredentialPermission.Halted, fixture.Breaker.Permission);
                })
                .WaitAsync(s_limit);
        }
        finally
        {
            block.Release();
        }
        await blocked.WaitAsync(s_limit);
    }

    private static IEnumerable<IBundleProbe> Probes(BlockingCall block)
    {
        block.EnterOnceIf(true);
        yield break;
    }

    private sealed class BlockingProbe : IBundleProbe
    {
        public BlockingCall? Block { get; set; }

        public string Bundle => "alpaca";

        public ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct)
        {
            Block?.EnterOnceIf(candidate.Count > 0);
            return new(ProbeResult.Unknown);
        }
    }

    private sealed class BlockingTripStore : ITripStore
    {
        private readonly InMemoryTripStore _store = new();

        public BlockingCall? Block { get; set; }

        public ValueTask RecordAsync(TripRecord trip, CancellationToken ct)
        {
            Block?.EnterOnceIf(true);
            return _store.RecordAsync(trip, ct);
        }

        public ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct) =>
            _store.ListUnclearedAsync(scope, ct);

        public ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(
            IReadOnlyCollection<Guid> trips,
            CancellationToken ct
        ) => _store.ReadClearancesAsync(trips, ct);

        public ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct) => _store.ClearAsync(clearance, ct);
    }
}
