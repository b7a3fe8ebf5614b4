using Strongroom.Audit;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Audit;

/// <summary>Promise 7: no record, no value; it heals by itself and says how long and how many.</summary>
public sealed class RequiredModeTests
{
    [Fact]
    public async Task Full_journal_gives_out_nothing_new_heals_and_leaves_one_row()
    {
        using var room = new Room();
        Fill(room);
        await Assert.ThrowsAsync<SecretAuditFailedException>(async () => await room.Manager.GetAsync(Room.KeyId));
        await Assert.ThrowsAsync<SecretAuditFailedException>(async () => await room.Manager.GetAsync(Room.KeyId));
        Assert.Equal(1, room.Log.Count(1300));

        var journal = room.Runtime.Trail.Journal;
        journal.MarkShipped(journal.Unshipped(int.MaxValue)[^1].Sequence);
        Assert.Equal("1", (await room.Manager.GetAsync(Room.KeyId)).Version.Id);

        var gap = Assert.Single(room.Rows(), row => row.Operation == AccessOperation.Gap);
        Assert.Equal(AccessOutcome.Refused, gap.Outcome);
        Assert.True(gap.AccessCount >= 2);
        Assert.Equal(1, room.Log.Count(1301));
    }

    [Fact]
    public async Task Full_journal_still_counts_hits_on_what_is_in_memory()
    {
        using var room = new Room();
        await room.StartAsync();
        await room.Manager.GetAsync(Room.KeyId);
        Fill(room);
        for (var i = 0; i < 100; i++)
            await room.Manager.GetAsync(Room.KeyId);

        var journal = room.Runtime.Trail.Journal;
        journal.MarkShipped(journal.Unshipped(int.MaxValue)[^1].Sequence);
        Assert.Equal(101, room.Rows().Where(row => row is { Name: "alpaca/api_key_id", Source: AccessSource.Cache }).Sum(row => row.AccessCount));
    }

    [Fact]
    public async Task Full_journal_in_best_effort_mode_gives_out_and_says_so_afterwards()
    {
        using var room = new Room(options => options.AuditRequired = false);
        Fill(room);
        Assert.Equal("1", (await room.Manager.GetAsync(Room.KeyId)).Version.Id);
        Assert.Equal(1, room.Log.Count(1300));
    }

    [Fact]
    public async Task Full_journal_refuses_a_change_before_it_is_made()
    {
        using var room = new Room();
        Fill(room);
        while (room.Runtime.Trail.Journal.TryAppend(room.Runtime.Trail.Journal.About(AccessOperation.Trip, AccessOutcome.Success)))
        {
        }
        using var value = SecretValue.FromText("what is written");
        await Assert.ThrowsAsync<SecretAuditFailedException>(async () => await room.Manager.SetAsync(Room.Note, value));
        Assert.Equal(0, room.Backend.Calls);
    }

    [Fact]
    public async Task Failures_that_are_equal_fold_into_a_count_and_fill_no_journal()
    {
        using var room = new Room();
        for (var i = 0; i < 50_000; i++)
            await Assert.ThrowsAsync<SecretRefusedException>(async () => await room.Manager.GetAsync(SecretName.Parse("somebody/elses")));
        for (var i = 0; i < 2_000; i++)
            await Assert.ThrowsAsync<SecretRefusedException>(async () => await room.Manager.GetAsync(SecretName.Parse($"guess/{i}")));

        var rows = room.Rows();
        Assert.InRange(rows.Count, 3, 1500);
        Assert.Equal(50_000, rows.Where(row => row.Name == "somebody/elses").Sum(row => row.AccessCount));
        Assert.Equal(2_000, rows.Where(row => row.Name.StartsWith("guess/", StringComparison.Ordinal) || row.Name == AuditTrail.Others).Sum(row => row.AccessCount));
        Assert.All(rows.Where(row => row.Operation == AccessOperation.Get), row => Assert.Equal((AccessOutcome.Refused, SecretErrorCode.Undeclared), (row.Outcome, row.Error)));
    }

    [Fact]
    public async Task Hits_while_the_database_is_away_need_no_room_in_the_journal()
    {
        using var room = new Room();
        await room.StartAsync();
        var store = new CollectingAuditStore { Failure = new IOException("away") };
        using var drainer = new JournalDrainer(room.Runtime.Trail.Journal, room.Runtime.Folder, store, room.Time, room.Log);
        await room.Manager.GetAsync(Room.KeyId);
        var pending = room.Runtime.Trail.Journal.Pending;
        for (var i = 0; i < 100; i++)
        {
            await room.Manager.GetAsync(Room.KeyId);
            await Assert.ThrowsAsync<IOException>(() => drainer.DrainAsync(room.Runtime.Trail.Journal, CancellationToken.None));
        }
        Assert.Equal(pending, room.Runtime.Trail.Journal.Pending);

        store.Failure = null;
        await drainer.DrainAsync(room.Runtime.Trail.Journal, CancellationToken.None);
        Assert.Equal(101, store.Rows.Where(row => row is { Name: "alpaca/api_key_id", Source: AccessSource.Cache }).Sum(row => row.AccessCount));
    }

    private static void Fill(Room room)
    {
        var journal = room.Runtime.Trail.Journal;
        while (journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success)))
        {
        }
    }
}
