using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

/// <summary>What cannot be taken back has one row: how it ended, or that this is unknown.</summary>
public sealed class JournalIntentTests : IDisposable
{
    private const int Intents = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Intent_that_is_completed_is_one_row_with_its_outcome()
    {
        using var journal = Create();
        var intent = journal.TryIntend(Write(journal, AccessOutcome.Unknown));
        Assert.DoesNotContain(journal.Unshipped(100), row => row.Operation == AccessOperation.Write);

        Assert.True(journal.TryEndIntent(intent, Write(journal, AccessOutcome.Success)));

        Assert.Equal(AccessOutcome.Success, Assert.Single(Writes(journal)).Outcome);
        Assert.False(journal.TryEndIntent(intent, Write(journal, AccessOutcome.Failed)));
        Assert.Single(Writes(journal));
    }

    [Fact]
    public void Intent_of_a_dead_process_ends_as_unknown_for_who_takes_its_journal_over()
    {
        var journal = Create();
        journal.TryIntend(Write(journal, AccessOutcome.Unknown));
        journal.Dispose(); // neither completed nor closed, as after a kill

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        adopted.Close(AccessOutcome.Failed);

        var row = Assert.Single(Writes(adopted));
        Assert.Equal((AccessOutcome.Unknown, "a/key"), (row.Outcome, row.Name));
        Assert.Equal(AccessOperation.Close, adopted.Unshipped(100)[^1].Operation);
    }

    [Fact]
    public void Intent_whose_process_died_between_its_outcome_and_its_mark_is_one_row()
    {
        var journal = Create();
        var intent = journal.TryIntend(Write(journal, AccessOutcome.Unknown));
        Assert.True(journal.TryEndIntent(intent, Write(journal, AccessOutcome.Success)));
        journal.Dispose();
        using (var file = File.OpenHandle(_folder.File("a.journal"), FileMode.Open, FileAccess.Write))
            RandomAccess.Write(file, BitConverter.GetBytes(intent), JournalLayout.FileSize(16, 64));

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        adopted.Close(AccessOutcome.Failed);

        Assert.Equal(AccessOutcome.Success, Assert.Single(Writes(adopted)).Outcome);
    }

    [Fact]
    public void Intent_that_is_open_while_the_ring_goes_round_ends_as_one_row()
    {
        using var journal = Create(records: 16);
        var intent = journal.TryIntend(Write(journal, AccessOutcome.Unknown));
        for (var i = 0; i < 100; i++)
        {
            Assert.True(journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success)));
            journal.MarkShipped(journal.Unshipped(100)[^1].Sequence);
        }
        Assert.True(journal.TryEndIntent(intent, Write(journal, AccessOutcome.Success)));
        Assert.Equal(102, Assert.Single(Writes(journal)).Sequence);
    }

    [Fact]
    public void Intent_keeps_the_room_for_its_outcome()
    {
        using var journal = Create(records: 16);
        var intent = journal.TryIntend(Write(journal, AccessOutcome.Unknown));
        while (journal.TryAppend(journal.About(AccessOperation.Trip, AccessOutcome.Success))) { }
        Assert.Equal(0, journal.TryIntend(Write(journal, AccessOutcome.Unknown)));
        Assert.True(journal.TryEndIntent(intent, Write(journal, AccessOutcome.Success)));
        Assert.Equal(16, journal.Pending);
    }

    [Fact]
    public void Intent_that_is_open_at_the_end_of_the_process_ends_as_unknown_before_the_closing_row()
    {
        using var journal = Create();
        var intent = journal.TryIntend(Write(journal, AccessOutcome.Unknown));
        journal.Close(AccessOutcome.Success);

        Assert.False(journal.TryEndIntent(intent, Write(journal, AccessOutcome.Success)));
        Assert.Equal(
            [AccessOperation.Open, AccessOperation.Write, AccessOperation.Close],
            journal.Unshipped(100).Select(row => row.Operation)
        );
        Assert.Equal(AccessOutcome.Unknown, Assert.Single(Writes(journal)).Outcome);
    }

    [Fact]
    public void Intents_beyond_their_number_are_refused_and_taken_again_once_one_ended()
    {
        using var journal = Create();
        var open = Enumerable.Range(0, Intents).Select(_ => journal.TryIntend(Write(journal, AccessOutcome.Unknown))).ToList();
        Assert.DoesNotContain(0, open);
        Assert.Equal(0, journal.TryIntend(Write(journal, AccessOutcome.Unknown)));

        journal.WithdrawIntent(open[1]);
        Assert.NotEqual(0, journal.TryIntend(Write(journal, AccessOutcome.Unknown)));
        Assert.Empty(Writes(journal));
    }

    [Fact]
    public void Intent_that_was_open_when_the_journal_moved_is_one_row_of_the_fresh_file()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        using var journal = folder.Create(Owner(), _time);
        var intent = journal.TryIntend(Write(journal, AccessOutcome.Unknown));
        File.Delete(JournalFolder.PathOf(folder.Path, journal.Owner));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(journal.TryEndIntent(intent, Write(journal, AccessOutcome.Success)));

        Assert.Single(Writes(journal));
        using var left = Assert.Single(folder.TakeOver("svc", _time, new CollectingLoggerProvider()));
        Assert.Empty(Writes(left));
    }

    private static JournalRecord Write(Journal journal, AccessOutcome outcome) =>
        journal.About(AccessOperation.Write, outcome) with
        {
            Name = "a/key",
        };

    private static IEnumerable<AccessRow> Writes(Journal journal) =>
        journal.Unshipped(int.MaxValue).Where(row => row.Operation == AccessOperation.Write);

    private Journal Create(long records = 64) =>
        Journal.Create(_folder.File("a.journal"), Owner(), _time, new JournalCapacity(16, records) { Intents = Intents });

    private InstanceRow Owner() => new("svc-1", Guid.NewGuid(), "svc", "test", "env", "host", 1, "tester", _time.GetUtcNow());
}
