using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Rejections;

/// <summary>What a counterparty says counts by when its request was sent, and not by when its answer came.</summary>
public sealed class EvidenceTests
{
    [Fact]
    public async Task Acceptance_of_what_was_read_before_the_suspicion_was_confirmed_clears_nothing()
    {
        using var room = new Room();
        await room.StartAsync();
        var early = await room.PairAsync();
        await room.Manager.ReportRejectedAsync(await room.PairAsync());
        room.Manager.ReportAccepted(early);
        room.Runtime.Watch.Tick();
        Assert.Equal((BundleCondition.Suspect, TradingPermission.ReduceOnly), (room.State().Condition, room.Breaker.Permission));

        room.Manager.ReportAccepted(await room.PairAsync());
        room.Runtime.Watch.Tick();
        Assert.Equal((BundleCondition.Healthy, TradingPermission.All), (room.State().Condition, room.Breaker.Permission));
    }

    [Fact]
    public async Task Acceptance_that_comes_late_hides_no_newer_generation_that_was_accepted()
    {
        using var room = new Room();
        await room.StartAsync();
        var early = await room.PairAsync();
        room.Backend.Rotate(Room.Alpaca);
        await room.Runtime.RefreshAsync(CancellationToken.None);
        room.Manager.ReportAccepted(await room.PairAsync());
        room.Manager.ReportAccepted(early);
        Assert.Equal("2", room.State().AcceptedGeneration?.Id);
    }

    [Fact]
    public async Task Acceptance_by_a_probe_clears_no_rejection_of_what_was_sent_after_it()
    {
        var answer = new TaskCompletionSource<ProbeResult>();
        using var room = new Room(probes: [new WaitingProbe(answer.Task)]);
        await room.StartAsync();
        var first = room.Manager.ReportRejectedAsync(await room.PairAsync()).AsTask();
        var later = room.Manager.ReportRejectedAsync(await room.PairAsync()).AsTask();
        answer.SetResult(ProbeResult.Accepted);
        Assert.Equal([RejectionOutcome.Suspect, RejectionOutcome.Suspect], await Task.WhenAll(first, later));
        Assert.Equal(BundleCondition.Suspect, room.State().Condition);
    }

    [Fact]
    public void Rejection_that_comes_as_a_suspicion_ends_counts_against_its_end_or_is_told_to_be_another()
    {
        var clocks = new Clocks(new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        var (first, probed, later, probedAgain) = (clocks.Now, clocks.Now, clocks.Now, clocks.Now);
        var suspicion = new Suspicion(default, Task.FromResult(RejectionOutcome.Suspect));
        Assert.True(suspicion.NoteRejected(first));
        Assert.True(suspicion.NoteRejected(later));
        Assert.False(suspicion.TryEnd(probed));
        Assert.True(suspicion.NoteRejected(first));
        Assert.True(suspicion.TryEnd(probedAgain));
        Assert.False(suspicion.NoteRejected(clocks.Now));
    }

    [Fact]
    public async Task Rejection_of_two_bundles_makes_both_suspect_though_the_recheck_of_one_hangs()
    {
        using var room = new Room();
        await room.StartAsync();
        var used = await room.Manager.GetAsync([Room.KeyId, Room.Password]);
        room.Backend.Hang(Room.Alpaca);
        var report = room.Manager.ReportRejectedAsync(used).AsTask();
        Assert.Equal(BundleCondition.Suspect, room.State("database/password").Condition);
        room.Backend.Unhang(Room.Alpaca);
        await report;
    }

    [Fact]
    public async Task Version_that_was_given_out_anew_is_another_generation_in_every_answer()
    {
        using var room = new Room(backend: new ProgrammableBackend { Capabilities = new BackendCapabilities { Versions = true, ReusesVersions = true } });
        await room.StartAsync();
        var old = await room.PairAsync();
        room.Manager.ReportAccepted(old);
        room.Backend.Remake(Room.Alpaca);
        Assert.Equal(RejectionOutcome.Adopted, await room.Manager.ReportRejectedAsync(old));

        var anew = await room.PairAsync();
        Assert.Equal(("1", room.Backend.ValueOf(Room.Alpaca, 2)), (anew[0].Version.Id, anew[0].Value.Reveal()));
        Assert.False(old[0].IsSameGeneration(anew[0]));
        Assert.Null(room.State().AcceptedGeneration);
        Assert.Equal(RejectionOutcome.Superseded, await room.Manager.ReportRejectedAsync(old));
        Assert.Equal(BundleCondition.Healthy, room.State().Condition);
    }

    [Fact]
    public async Task Moment_of_making_means_nothing_where_a_version_is_given_once()
    {
        using var room = new Room();
        await room.StartAsync();
        var old = await room.PairAsync();
        room.Backend.Remake(Room.Alpaca);
        await room.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Same(old[0], (await room.PairAsync())[0]);
    }

    [Fact]
    public async Task Reports_adoptions_refreshes_and_looks_at_once_end_with_the_newest_generation_and_without_a_stale_suspicion()
    {
        using var room = new Room(backend: new ProgrammableBackend { Capabilities = new BackendCapabilities { Versions = true, ReusesVersions = true } }, probes: [new WaitingProbe(Task.FromResult(ProbeResult.Accepted))]);
        await room.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var used = await room.PairAsync();
                Assert.True(used[0].IsSameGeneration(used[1]));
                await (((worker + i) % 5) switch
                {
                    0 => room.Manager.ReportRejectedAsync(used).AsTask(),
                    1 => Task.Run(() => room.Manager.ReportAccepted(used)),
                    2 => room.Runtime.RefreshAsync(CancellationToken.None).AsTask(),
                    3 => Task.Run(room.Runtime.Watch.Tick),
                    _ => Task.Run(() => room.Backend.Remake(Room.Alpaca)),
                });
            }
        })));
        await room.PassAsync(TimeSpan.FromSeconds(31));
        await room.Runtime.RefreshAsync(CancellationToken.None);
        await room.PassAsync(TimeSpan.FromSeconds(31));
        var newest = ProgrammableBackend.GenerationOf((await room.Backend.ReadAsync([Request()], CancellationToken.None))[0].CreatedAt);
        Assert.Equal(room.Backend.ValueOf(Room.Alpaca, newest), (await room.Manager.GetAsync(Room.KeyId)).Value.Reveal());
        Assert.Equal(BundleCondition.Healthy, room.State().Condition);
        Assert.Empty(room.Breaker.Uncleared);
    }

    private static SecretRequest Request() => new("alpaca", [new SecretPlace(Room.KeyId, SecretName.Parse(Room.Alpaca))], ReadPurpose.Probe);

    private sealed class WaitingProbe(Task<ProbeResult> answer) : IBundleProbe
    {
        public string Bundle => "alpaca";

        public async ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct) => await answer.WaitAsync(ct);
    }
}
