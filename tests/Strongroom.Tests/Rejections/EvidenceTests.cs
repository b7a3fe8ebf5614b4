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
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var early = await fixture.PairAsync();
        await fixture.Reports.ReportRejectedAsync(await fixture.PairAsync());
        fixture.Reports.ReportAccepted(early);
        fixture.Runtime.Watch.Tick();
        Assert.Equal(
            (BundleCondition.Suspect, CredentialPermission.Restricted),
            (fixture.State().Condition, fixture.Breaker.Permission)
        );

        fixture.Reports.ReportAccepted(await fixture.PairAsync());
        fixture.Runtime.Watch.Tick();
        Assert.Equal(
            (BundleCondition.Healthy, CredentialPermission.All),
            (fixture.State().Condition, fixture.Breaker.Permission)
        );
    }

    [Fact]
    public async Task Acceptance_that_comes_late_hides_no_newer_version_that_was_accepted()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var early = await fixture.PairAsync();
        fixture.Backend.Rotate(Fixture.Alpaca);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        fixture.Reports.ReportAccepted(await fixture.PairAsync());
        fixture.Reports.ReportAccepted(early);
        Assert.Equal("2", fixture.State().AcceptedVersion?.Id);
    }

    [Fact]
    public async Task Acceptance_by_a_probe_clears_no_rejection_of_what_was_sent_after_it()
    {
        var answer = new TaskCompletionSource<ProbeResult>();
        using var fixture = new Fixture(probes: [new WaitingProbe(answer.Task)]);
        await fixture.StartAsync();
        var first = fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()).AsTask();
        var later = fixture.Reports.ReportRejectedAsync(await fixture.PairAsync()).AsTask();
        answer.SetResult(ProbeResult.Accepted);
        Assert.Equal([RejectionOutcome.Suspect, RejectionOutcome.Suspect], await Task.WhenAll(first, later));
        Assert.Equal(BundleCondition.Suspect, fixture.State().Condition);
    }

    [Fact]
    public async Task Rejection_of_two_bundles_makes_both_suspect_though_the_recheck_of_one_hangs()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var used = await fixture.Manager.GetAsync([Fixture.KeyId, Fixture.Password]);
        fixture.Backend.Hang(Fixture.Alpaca);
        var report = fixture.Reports.ReportRejectedAsync(used).AsTask();
        Assert.Equal(BundleCondition.Suspect, fixture.State("database/password").Condition);
        fixture.Backend.Unhang(Fixture.Alpaca);
        await report;
    }

    [Fact]
    public async Task Version_that_was_given_out_again_is_another_version_in_every_answer()
    {
        using var fixture = new Fixture(
            backend: new ProgrammableBackend
            {
                Capabilities = new BackendCapabilities { Versions = true, ReusesVersions = true },
            }
        );
        await fixture.StartAsync();
        var old = await fixture.PairAsync();
        fixture.Reports.ReportAccepted(old);
        fixture.Backend.Remake(Fixture.Alpaca);
        Assert.Equal(RejectionOutcome.Adopted, await fixture.Reports.ReportRejectedAsync(old));

        var again = await fixture.PairAsync();
        Assert.Equal(("1", fixture.Backend.ValueOf(Fixture.Alpaca, 2)), (again[0].Version.Id, again[0].Value.Reveal()));
        Assert.False(old[0].IsSameVersion(again[0]));
        Assert.Null(fixture.State().AcceptedVersion);
        Assert.Equal(RejectionOutcome.Superseded, await fixture.Reports.ReportRejectedAsync(old));
        Assert.Equal(BundleCondition.Healthy, fixture.State().Condition);
    }

    [Fact]
    public async Task Moment_of_making_means_nothing_where_a_version_is_given_once()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var old = await fixture.PairAsync();
        fixture.Backend.Remake(Fixture.Alpaca);
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        Assert.Same(old[0], (await fixture.PairAsync())[0]);
    }

    [Fact]
    public async Task Reports_adoptions_refreshes_and_looks_at_once_end_with_the_newest_version_and_without_a_stale_suspicion()
    {
        using var fixture = new Fixture(
            backend: new ProgrammableBackend
            {
                Capabilities = new BackendCapabilities { Versions = true, ReusesVersions = true },
            },
            probes: [new WaitingProbe(Task.FromResult(ProbeResult.Accepted))]
        );
        await fixture.StartAsync();
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(worker =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 50; i++)
                        {
                            var used = await fixture.PairAsync();
                            Assert.True(used[0].IsSameVersion(used[1]));
                            await (
                                ((worker + i) % 5) switch
                                {
                                    0 => fixture.Reports.ReportRejectedAsync(used).AsTask(),
                                    1 => Task.Run(() => fixture.Reports.ReportAccepted(used)),
                                    2 => fixture.Runtime.RefreshAsync(CancellationToken.None).AsTask(),
                                    3 => Task.Run(fixture.Runtime.Watch.Tick),
                                    _ => Task.Run(() => fixture.Backend.Remake(Fixture.Alpaca)),
                                }
                            );
                        }
                    })
                )
        );
        await fixture.PassAsync(TimeSpan.FromSeconds(31));
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        await fixture.PassAsync(TimeSpan.FromSeconds(31));
        var newest = ProgrammableBackend.RevisionOf(
            (await fixture.Backend.ReadAsync([Request()], CancellationToken.None))[0].CreatedAt
        );
        Assert.Equal(
            fixture.Backend.ValueOf(Fixture.Alpaca, newest),
            (await fixture.Manager.GetAsync(Fixture.KeyId)).Value.Reveal()
        );
        Assert.Equal(BundleCondition.Healthy, fixture.State().Condition);
        Assert.Empty(fixture.Breaker.Uncleared);
    }

    private static SecretRequest Request() =>
        new("alpaca", [new SecretLocation(Fixture.KeyId, SecretName.Parse(Fixture.Alpaca))], ReadPurpose.Probe);

    private sealed class WaitingProbe(Task<ProbeResult> answer) : IBundleProbe
    {
        public string Bundle => "alpaca";

        public async ValueTask<ProbeResult> TryAsync(SecretSet candidate, CancellationToken ct) => await answer.WaitAsync(ct);
    }
}
