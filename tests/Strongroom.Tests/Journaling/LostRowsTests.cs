using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

/// <summary>A store that goes back gets again what the journal still holds, and a row says what is lost.</summary>
public sealed class LostRowsTests : IDisposable
{
    private const long Records = 64;

    private readonly TemporaryFolder _temporary = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CollectingAuditStore _store = new();
    private readonly CollectingLoggerProvider _log = new();
    private readonly JournalFolder _folder;
    private readonly Journal _journal;
    private readonly JournalDrainer _drainer;

    public LostRowsTests()
    {
        _folder = JournalFolder.Open(_temporary.File("journal"), mustPersist: false);
        _journal = _folder.Create(Owner(), _time, null, new JournalCapacity(8, Records));
        _drainer = new JournalDrainer(_journal, _folder, _store, _time, _log);
    }

    public void Dispose()
    {
        _drainer.Dispose();
        _journal.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Rows_that_the_store_lost_are_shipped_again_with_the_next_ones()
    {
        await AppendAndDrainAsync(20);
        _store.Lose(row => row.Sequence > 12);
        await AppendAndDrainAsync(1);

        AssertComplete(22);
        Assert.Equal(1, _log.Count(1320));
        Assert.DoesNotContain(_store.Rows, row => row.Operation == AccessOperation.Gap);
    }

    [Fact]
    public async Task Rows_that_the_store_lost_are_shipped_again_though_nothing_new_comes()
    {
        await AppendAndDrainAsync(20);
        _store.Lose(_ => true);
        _time.Advance(TimeSpan.FromSeconds(10));
        await _drainer.DrainAsync(_journal, CancellationToken.None);
        AssertComplete(21);
    }

    [Fact]
    public async Task Rows_that_were_lost_while_the_store_was_away_are_shipped_again_when_it_is_back()
    {
        await AppendAndDrainAsync(20);
        _store.Failure = new IOException("away");
        Append(1);
        await _drainer.DrainOnceAsync(CancellationToken.None);
        _store.Failure = null;
        _store.Lose(row => row.Sequence is > 5 and < 9);
        await AppendAndDrainAsync(1);
        AssertComplete(23);
    }

    [Fact]
    public async Task Rows_that_the_journal_does_not_hold_any_more_leave_one_gap_that_says_which()
    {
        for (var i = 0; i < 10; i++)
            await AppendAndDrainAsync(20);
        _store.Lose(_ => true);
        for (var round = 0; round < 3; round++)
        {
            await AppendAndDrainAsync(1);
            await _drainer.DrainAsync(_journal, CancellationToken.None);
        }

        var gap = Assert.Single(_store.Rows, row => row.Operation == AccessOperation.Gap);
        var first = _store.Rows[0].Sequence;
        Assert.Equal(
            ($"rows 1 to {first - 1}", first - 1, AccessOutcome.Failed, _journal.Owner.Boot.ToString()),
            (gap.Name, gap.AccessCount, gap.Outcome, gap.RequestId)
        );
        Assert.Equal(_store.Rows.Count, _store.Rows[^1].Sequence - first + 1);
        Assert.True(first > 1 && _store.Rows.Count >= Records - 10);
        Assert.Equal(1, _log.Count(1321));
    }

    [Fact]
    public async Task Rows_of_a_dead_process_that_the_store_lost_are_shipped_again_by_who_takes_its_journal_over()
    {
        await AppendAndDrainAsync(20);
        _journal.Dispose();
        _store.Lose(row => row.Sequence > 3);

        using var next = _folder.Create(Owner(), _time);
        using var drainer = new JournalDrainer(next, _folder, _store, _time, _log);
        await drainer.DrainOnceAsync(CancellationToken.None);

        Assert.Equal(
            Enumerable.Range(1, 22).Select(i => (long)i),
            _store.Rows.Where(row => row.Boot == _journal.Owner.Boot).Select(row => row.Sequence)
        );
        Assert.Single(Directory.GetFiles(_folder.Path, "*.journal"));
    }

    [Fact]
    public async Task Row_that_the_store_refuses_is_a_gap_in_its_place_and_all_others_arrive()
    {
        Append(700);
        Assert.True(_journal.Pending < Records);
        _store.Refuses = row => row.Sequence == 7 && row.Operation != AccessOperation.Gap;
        await AppendAndDrainAsync(3);

        AssertComplete((int)_journal.Shipped.Last);
        Assert.Equal(
            (7L, AccessOutcome.Failed),
            Assert.Single(
                _store.Rows.Where(row => row.Operation == AccessOperation.Gap).Select(row => (row.Sequence, row.Outcome))
            )
        );
        Assert.Equal(1, _log.Count(1322));
    }

    [Fact]
    public async Task Store_that_refuses_everything_is_asked_a_few_times_and_nothing_is_lost()
    {
        Append(50);
        var asked = 0;
        _store.Refuses = _ => ++asked > 0;
        await Assert.ThrowsAsync<SecretWriteException>(() => _drainer.DrainAsync(_journal, CancellationToken.None));
        Assert.InRange(asked, 1, 20);

        _store.Refuses = _ => false;
        await _drainer.DrainAsync(_journal, CancellationToken.None);
        AssertComplete(51);
    }

    [Fact]
    public async Task Late_shipping_is_told_by_the_monotonic_clock()
    {
        Append(1);
        var time = new SetTime();
        using var drainer = new JournalDrainer(_journal, _folder, _store, time, _log);
        _store.Failure = new IOException("away");
        await drainer.DrainOnceAsync(CancellationToken.None);
        time.Shift = TimeSpan.FromHours(1);
        await drainer.DrainOnceAsync(CancellationToken.None);
        Assert.Equal(0, _log.Count(1304));

        time.Advance(TimeSpan.FromMinutes(15));
        await drainer.DrainOnceAsync(CancellationToken.None);
        Assert.Equal(1, _log.Count(1304));
    }

    private void AssertComplete(int rows) =>
        Assert.Equal(Enumerable.Range(1, rows).Select(i => (long)i), _store.Rows.Select(row => row.Sequence));

    private async Task AppendAndDrainAsync(int rows)
    {
        Append(rows);
        await _drainer.DrainAsync(_journal, CancellationToken.None);
    }

    private void Append(int rows)
    {
        for (var i = 0; i < rows; i++)
            _journal.TryAppend(_journal.About(AccessOperation.Fetch, AccessOutcome.Success));
    }

    private InstanceRow Owner() => new("svc-1", Guid.NewGuid(), "svc", "test", "env", "host", 1, "tester", _time.GetUtcNow());
}
