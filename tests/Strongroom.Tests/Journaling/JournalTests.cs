using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

public sealed class JournalTests : IDisposable
{
    private const int Counters = 16;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Append_gives_the_record_back_whole()
    {
        using var journal = Create();
        var name = new string('n', SecretName.MaxLength);
        var record = journal.About(AccessOperation.Write, AccessOutcome.Failed) with
        {
            Name = name,
            Version = new string('v', SecretVersion.MaxLength),
            RequestId = new string('r', 128),
            Source = AccessSource.Backend,
            Duration = TimeSpan.FromMicroseconds(1234),
            Error = SecretErrorCode.Conflict,
        };
        Assert.True(journal.TryAppend(record));

        var row = journal.Unshipped(10)[^1];
        Assert.Equal(record.ToRow(journal.Owner, 2), row);
        Assert.Equal(name, row.Name);
        Assert.Equal(128, row.RequestId.Length);
        Assert.Equal(SecretErrorCode.Conflict, row.Error);
    }

    [Fact]
    public void Append_cuts_a_request_id_that_is_too_long_instead_of_losing_the_record()
    {
        using var journal = Create();
        Assert.True(
            journal.TryAppend(
                journal.About(AccessOperation.Fetch, AccessOutcome.Success) with
                {
                    RequestId = new string('ä', 200),
                }
            )
        );
        Assert.Equal(64, journal.Unshipped(10)[^1].RequestId.Length);
    }

    [Fact]
    public void Append_when_full_refuses_and_takes_again_once_shipped()
    {
        using var journal = Create(records: 20);
        var read = journal.About(AccessOperation.Fetch, AccessOutcome.Success);
        var taken = 1;
        while (journal.TryAppend(read))
            taken++;
        Assert.Equal(18, taken);

        journal.MarkShipped(10);
        Assert.True(journal.TryAppend(read));
    }

    [Fact]
    public void Append_keeps_a_tenth_for_writes_refusals_and_trips()
    {
        using var journal = Create(records: 20);
        while (journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success))) { }
        Assert.True(journal.TryAppend(journal.About(AccessOperation.Trip, AccessOutcome.Success)));
        Assert.True(journal.TryAppend(journal.About(AccessOperation.Get, AccessOutcome.Refused)));
        Assert.False(journal.TryAppend(journal.About(AccessOperation.Write, AccessOutcome.Success)));
    }

    [Fact]
    public void Ring_goes_round_without_losing_or_doubling()
    {
        using var journal = Create(records: 16);
        var seen = new List<long>();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success)));
            var rows = journal.Unshipped(100);
            seen.AddRange(rows.Select(row => row.Sequence));
            journal.MarkShipped(rows[^1].Sequence);
        }
        Assert.Equal(Enumerable.Range(1, 101).Select(i => (long)i), seen);
    }

    [Fact]
    public void Fold_turns_hits_into_rows_that_add_up()
    {
        using var journal = Create();
        var counter = journal.OpenCounter(new CounterKey("alpaca/api_key_id", "7", AccessSource.Cache))!;
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 10_000; i++)
                counter.Increment();
        });
        _time.Advance(TimeSpan.FromSeconds(5));
        journal.Fold();
        counter.Increment();
        journal.Fold();
        journal.Fold();

        var rows = journal.Unshipped(100).Where(row => row.Name == "alpaca/api_key_id").ToList();
        Assert.Equal([40_000, 1], rows.Select(row => row.AccessCount));
        Assert.Equal(TimeSpan.FromSeconds(5), rows[0].LastAt - rows[0].FirstAt);
        Assert.All(rows, row => Assert.Equal(("7", AccessSource.Cache), (row.Version, row.Source)));
    }

    [Fact]
    public void OpenCounter_gives_the_same_one_for_the_same_key_and_none_when_all_are_taken()
    {
        using var journal = Create(counters: 2);
        var first = journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache));
        Assert.Same(first, journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache)));
        Assert.NotNull(journal.OpenCounter(new CounterKey("a", "1", AccessSource.Stale)));
        Assert.Null(journal.OpenCounter(new CounterKey("b", "1", AccessSource.Cache)));
    }

    [Fact]
    public void Adopt_of_a_living_journal_is_refused()
    {
        using var journal = Create();
        Assert.Null(Journal.TryAdopt(_folder.File("a.journal"), _time, out _));
    }

    [Fact]
    public void Adopt_finds_rows_and_hits_that_were_not_shipped()
    {
        var journal = Create();
        journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache))!.Increment();
        journal.Fold();
        journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache))!.Increment();
        journal.MarkShipped(1);
        journal.Dispose(); // the lock ends with the process; nothing was closed

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        adopted.Close(AccessOutcome.Failed);
        var rows = adopted.Unshipped(100);
        Assert.Equal([2, 3, 4], rows.Select(row => row.Sequence));
        Assert.Equal(2, rows.Where(row => row.Name == "a").Sum(row => row.AccessCount));
        Assert.Equal((AccessOperation.Close, AccessOutcome.Failed), (rows[^1].Operation, rows[^1].Outcome));
    }

    [Fact]
    public void Adopt_finds_who_acts_as_it_was_known_last()
    {
        var journal = Create();
        journal.Name("aws:arn:aws:iam::123456789012:user/jo");
        journal.Dispose();

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        Assert.Equal("aws:arn:aws:iam::123456789012:user/jo", adopted.Owner.Actor);
        Assert.Equal(journal.Owner, adopted.Owner);
    }

    [Fact]
    public void Adopt_after_a_death_while_the_name_was_written_finds_the_first_one()
    {
        Create().Dispose();
        Write(
            JournalLayout.HeaderSecondIdentity,
            new byte[100]
                .Select(_ => (byte)'{')
                .ToArray()
        );

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        Assert.Equal("tester", adopted.Owner.Actor);
    }

    [Fact]
    public void Adopt_after_a_death_between_record_and_counter_counts_nothing_twice()
    {
        var journal = Create();
        var counter = journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache))!;
        for (var i = 0; i < 5; i++)
            counter.Increment();
        journal.Fold();
        journal.Dispose();

        // The counter's own mark is put back to what it was before the fold, as if the process had died in between.
        ForgetFold();

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        adopted.Close(AccessOutcome.Failed);
        Assert.Equal(5, adopted.Unshipped(100).Where(row => row.Name == "a").Sum(row => row.AccessCount));
    }

    [Fact]
    public void Adopt_ignores_a_record_that_was_half_written()
    {
        var journal = Create();
        Assert.True(journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success)));
        journal.Dispose();
        Damage(2);

        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        Assert.Equal(1, adopted.Pending);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Adopt_of_something_else_is_refused(int length)
    {
        File.WriteAllBytes(_folder.File("a.journal"), new byte[length]);
        Assert.Null(Journal.TryAdopt(_folder.File("a.journal"), _time, out var isWreck));
        Assert.True(isWreck);
        Assert.True(File.Exists(_folder.File("a.journal")));
    }

    [Fact]
    public void Dispose_removes_a_journal_that_is_closed_and_shipped_and_keeps_any_other()
    {
        var journal = Create();
        journal.Close(AccessOutcome.Success);
        journal.Dispose();
        Assert.True(File.Exists(_folder.File("a.journal")));

        var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        adopted.MarkShipped(2);
        adopted.Dispose();
        Assert.False(File.Exists(_folder.File("a.journal")));
    }

    [Fact]
    public void Dispose_of_a_closed_journal_that_waits_leaves_its_rows_in_a_small_file()
    {
        var journal = Create(records: 1024);
        journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache))!.Increment();
        Assert.True(journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success) with { Name = "b" }));
        journal.MarkShipped(1);
        journal.Close(AccessOutcome.Success);
        var rows = journal.Unshipped(100);
        journal.Dispose();

        Assert.Equal(JournalLayout.HeaderSize + (4 * JournalLayout.RecordSize), new FileInfo(_folder.File("a.journal")).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("a.journal")));
        using var adopted = Journal.TryAdopt(_folder.File("a.journal"), _time, out _)!;
        adopted.Close(AccessOutcome.Failed);
        Assert.Equal(rows, adopted.Unshipped(100));
        Assert.Equal(3, adopted.Pending);
    }

    [Fact]
    public void Close_is_the_last_that_is_taken()
    {
        using var journal = Create();
        journal.Close(AccessOutcome.Success);
        Assert.False(journal.TryAppend(journal.About(AccessOperation.Trip, AccessOutcome.Success)));
        Assert.Null(journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache)));
    }

    [Fact]
    public void File_is_truly_allocated_and_closed_to_others()
    {
        using var journal = Create();
        var path = _folder.File("a.journal");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.True(JournalLayout.FileSize(16, 64) <= new FileInfo(path).Length);
    }

    private Journal Create(int counters = Counters, long records = 64) =>
        Journal.Create(
            _folder.File("a.journal"),
            new InstanceRow("svc-1", Guid.NewGuid(), "svc", "test", "env", "host", 1, "tester", _time.GetUtcNow()),
            _time,
            counters,
            records
        );

    private void ForgetFold() => Write(JournalLayout.HeaderSize + JournalLayout.CounterFolded, new byte[sizeof(long)]);

    private void Damage(long sequence) =>
        Write(
            JournalLayout.HeaderSize
                + (Counters * JournalLayout.CounterSize)
                + ((sequence - 1) * JournalLayout.RecordSize)
                + JournalLayout.RecordText,
            [byte.MaxValue]
        );

    private void Write(long at, byte[] bytes)
    {
        using var file = File.OpenHandle(_folder.File("a.journal"), FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, bytes, at);
    }
}
