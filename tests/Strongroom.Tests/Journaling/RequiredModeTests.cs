using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

/// <summary>Promise 7: no record, no value; it heals by itself and says how long and how many.</summary>
public sealed class RequiredModeTests
{
    [Fact]
    public async Task Full_journal_gives_out_nothing_new_heals_and_leaves_one_row()
    {
        using var fixture = new Fixture();
        Fill(fixture);
        await Assert.ThrowsAsync<SecretAuditFailedException>(async () => await fixture.Manager.GetAsync(Fixture.KeyId));
        await Assert.ThrowsAsync<SecretAuditFailedException>(async () => await fixture.Manager.GetAsync(Fixture.KeyId));
        Assert.Equal(1, fixture.Log.Count(1300));

        var journal = fixture.Runtime.Trail.Journal;
        journal.MarkShipped(journal.Unshipped(int.MaxValue)[^1].Sequence);
        Assert.Equal("1", (await fixture.Manager.GetAsync(Fixture.KeyId)).Version.Id);

        var gap = Assert.Single(fixture.Rows(), row => row.Operation == AccessOperation.Gap);
        Assert.Equal(AccessOutcome.Refused, gap.Outcome);
        Assert.True(gap.AccessCount >= 2);
        Assert.Equal(1, fixture.Log.Count(1301));
    }

    [Fact]
    public async Task Full_journal_still_counts_hits_on_what_is_in_memory()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        await fixture.Manager.GetAsync(Fixture.KeyId);
        Fill(fixture);
        for (var i = 0; i < 100; i++)
            await fixture.Manager.GetAsync(Fixture.KeyId);

        var journal = fixture.Runtime.Trail.Journal;
        journal.MarkShipped(journal.Unshipped(int.MaxValue)[^1].Sequence);
        Assert.Equal(
            101,
            fixture
                .Rows()
                .Where(row => row is { Name: "alpaca/api_key_id", Source: AccessSource.Cache })
                .Sum(row => row.AccessCount)
        );
    }

    [Fact]
    public async Task Full_journal_in_best_effort_mode_gives_out_and_says_so_afterwards()
    {
        using var fixture = new Fixture(options => options.AuditRequired = false);
        Fill(fixture);
        Assert.Equal("1", (await fixture.Manager.GetAsync(Fixture.KeyId)).Version.Id);
        Assert.Equal(1, fixture.Log.Count(1300));
    }

    [Fact]
    public async Task Full_journal_refuses_a_change_before_it_is_made()
    {
        using var fixture = new Fixture();
        Fill(fixture);
        while (
            fixture.Runtime.Trail.Journal.TryAppend(
                fixture.Runtime.Trail.Journal.About(AccessOperation.Trip, AccessOutcome.Success)
            )
        ) { }
        using var value = SecretValue.FromText("what is written");
        await Assert.ThrowsAsync<SecretAuditFailedException>(async () => await fixture.Manager.SetAsync(Fixture.Note, value));
        Assert.Equal(0, fixture.Backend.Calls);
    }

    [Fact]
    public async Task Failures_that_are_equal_fold_into_a_count_and_fill_no_journal()
    {
        using var fixture = new Fixture();
        for (var i = 0; i < 50_000; i++)
            await Assert.ThrowsAsync<SecretRefusedException>(async () =>
                await fixture.Manager.GetAsync(SecretName.Parse("somebody/elses"))
            );
        for (var i = 0; i < 2_000; i++)
            await Assert.ThrowsAsync<SecretRefusedException>(async () =>
                await fixture.Manager.GetAsync(SecretName.Parse($"guess/{i}"))
            );

        var rows = fixture.Rows();
        Assert.InRange(rows.Count, 3, 1500);
        Assert.Equal(50_000, rows.Where(row => row.Name == "somebody/elses").Sum(row => row.AccessCount));
        Assert.Equal(
            2_000,
            rows.Where(row => row.Name.StartsWith("guess/", StringComparison.Ordinal) || row.Name == AuditTrail.Others)
                .Sum(row => row.AccessCount)
        );
        Assert.All(rows.Where(row => row.Operation == AccessOperation.Get), row =>
            Assert.Equal((AccessOutcome.Refused, SecretErrorCode.Undeclared), (row.Outcome, row.Error))
        );
    }

    [Fact]
    public async Task Hits_while_the_database_is_away_need_no_room_in_the_journal()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        var store = new CollectingAuditStore { Failure = new IOException("away") };
        using var drainer = new JournalDrainer(
            fixture.Runtime.Trail.Journal,
            fixture.Runtime.Folder,
            store,
            fixture.Time,
            fixture.Log
        );
        await fixture.Manager.GetAsync(Fixture.KeyId);
        var pending = fixture.Runtime.Trail.Journal.Pending;
        for (var i = 0; i < 100; i++)
        {
            await fixture.Manager.GetAsync(Fixture.KeyId);
            await Assert.ThrowsAsync<IOException>(() =>
                drainer.DrainAsync(fixture.Runtime.Trail.Journal, CancellationToken.None)
            );
        }
        Assert.Equal(pending, fixture.Runtime.Trail.Journal.Pending);

        store.Failure = null;
        await drainer.DrainAsync(fixture.Runtime.Trail.Journal, CancellationToken.None);
        Assert.Equal(
            101,
            store.Rows.Where(row => row is { Name: "alpaca/api_key_id", Source: AccessSource.Cache }).Sum(row => row.AccessCount)
        );
    }

    private static void Fill(Fixture fixture)
    {
        var journal = fixture.Runtime.Trail.Journal;
        while (journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success))) { }
    }
}
