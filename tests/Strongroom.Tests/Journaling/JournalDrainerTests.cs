using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

public sealed class JournalDrainerTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CollectingAuditStore _store = new();
    private readonly CollectingLoggerProvider _log = new();
    private readonly JournalFolder _folder;
    private readonly Journal _journal;
    private readonly JournalDrainer _drainer;

    public JournalDrainerTests()
    {
        _folder = JournalFolder.Open(_temporary.File("journal"), mustPersist: false);
        _journal = _folder.Create(Owner(), _time);
        _drainer = new JournalDrainer(_journal, _folder, _store, _time, _log);
    }

    public void Dispose()
    {
        _drainer.Dispose();
        _journal.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Drain_ships_everything_once_and_registers_the_boot()
    {
        Append(5000);
        await _drainer.DrainAsync(_journal, CancellationToken.None);
        await _drainer.DrainAsync(_journal, CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, 5001).Select(i => (long)i), _store.Rows.Select(row => row.Sequence));
        Assert.Equal(3, _store.Appends);
        Assert.Equal(_journal.Owner, Assert.Single(_store.Instances));
        Assert.Equal(0, _journal.Pending);
    }

    [Fact]
    public async Task Drain_that_fails_after_the_store_took_the_rows_doubles_nothing()
    {
        Append(10);
        _store.Failure = new IOException("the connection broke");
        _store.FailsAfterTaking = true;
        await Assert.ThrowsAsync<IOException>(() => _drainer.DrainAsync(_journal, CancellationToken.None));
        _store.Failure = null;
        await _drainer.DrainAsync(_journal, CancellationToken.None);
        Assert.Equal(11, _store.Rows.Count);
    }

    [Fact]
    public async Task Run_ships_first_after_an_interval_so_that_a_start_does_not_compete_with_it()
    {
        Append(3);
        using var stopping = new CancellationTokenSource();
        var running = _drainer.RunAsync(stopping.Token);
        Assert.Equal((4, 0), (_journal.Pending, _store.Appends));
        await UntilAsync(() => _store.Rows.Count == 4);
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Finish_closes_ships_and_removes_the_journal()
    {
        Append(1);
        await _drainer.FinishAsync(CancellationToken.None);
        Assert.Equal(AccessOperation.Close, _store.Rows[^1].Operation);
        Assert.Empty(Journals());
    }

    [Fact]
    public async Task Finish_without_a_store_keeps_the_journal_for_the_next_start()
    {
        Append(3);
        _store.Failure = new IOException("no database");
        await _drainer.FinishAsync(CancellationToken.None);
        Assert.Single(Journals());

        _store.Failure = null;
        using var next = _folder.Create(Owner(), _time);
        using var drainer = new JournalDrainer(next, _folder, _store, _time, _log);
        await RunUntilAsync(drainer, () => _store.Rows.Count(row => row.Boot == _journal.Owner.Boot) == 5);
        Assert.Single(Journals());
        Assert.Equal(1, _log.Count(1305));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hits_of_a_journal_that_was_full_when_its_process_ended_are_accounted_for_at_the_next_start(bool inOrder)
    {
        var counter = _journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache))!;
        counter.Increment();
        while (_journal.TryAppend(_journal.About(AccessOperation.Fetch, AccessOutcome.Success))) { }
        _store.Failure = new IOException("no database");
        if (inOrder)
            await _drainer.FinishAsync(CancellationToken.None);
        else
            _journal.Dispose();

        _store.Failure = null;
        using var next = _folder.Create(Owner(), _time);
        using var drainer = new JournalDrainer(next, _folder, _store, _time, _log);
        await RunUntilAsync(drainer, () => Journals().Length == 1);

        Assert.Equal(1, _store.Rows.Where(row => row.Name == "a").Sum(row => row.AccessCount));
        var close = _store.Rows.Last(row => row.Boot == _journal.Owner.Boot);
        Assert.Equal(
            (AccessOperation.Close, inOrder ? AccessOutcome.Success : AccessOutcome.Failed),
            (close.Operation, close.Outcome)
        );
    }

    [Fact]
    public async Task Hits_that_not_even_the_reserve_had_room_for_are_accounted_for_at_the_next_start()
    {
        var counter = _journal.OpenCounter(new CounterKey("a", "1", AccessSource.Cache))!;
        counter.Increment();
        while (_journal.TryAppend(_journal.About(AccessOperation.Trip, AccessOutcome.Success))) { }
        _store.Failure = new IOException("no database");
        await _drainer.FinishAsync(CancellationToken.None);

        _store.Failure = null;
        using var next = _folder.Create(Owner(), _time);
        using var drainer = new JournalDrainer(next, _folder, _store, _time, _log);
        await RunUntilAsync(drainer, () => Journals().Length == 1);

        Assert.Equal(1, _store.Rows.Where(row => row.Name == "a").Sum(row => row.AccessCount));
    }

    [Fact]
    public async Task Run_with_the_store_away_warns_once_keeps_all_rows_and_heals()
    {
        Append(7);
        _store.Failure = new IOException("no database");
        using var stopping = new CancellationTokenSource();
        var running = _drainer.RunAsync(stopping.Token);
        await UntilAsync(() => _log.Count(1304) == 1);
        Assert.Equal(1, _log.Count(1302));
        Assert.NotNull(_drainer.FailingSince);

        _store.Failure = null;
        await UntilAsync(() => _store.Rows.Count == 8);
        await UntilAsync(() => _log.Count(1303) == 1);
        await stopping.CancelAsync();
        await running;
    }

    public static TheoryData<Exception> Surprises =>
        [new InsufficientMemoryException(), new InvalidCastException(), new InvalidOperationException()];

    [Theory]
    [MemberData(nameof(Surprises), DisableDiscoveryEnumeration = true)]
    public async Task Run_with_a_store_that_throws_what_no_store_should_alarms_goes_on_and_loses_nothing(Exception surprise)
    {
        Append(7);
        _store.Failure = surprise;
        using var stopping = new CancellationTokenSource();
        var running = _drainer.RunAsync(stopping.Token);
        await UntilAsync(() => _log.Count(1304) == 1);
        Assert.Equal((0, 1), (_log.Count(1302), _log.Count(1313)));
        Assert.NotNull(_drainer.FailingSince);

        _store.Failure = null;
        await UntilAsync(() => _store.Rows.Count == 8 && _log.Count(1303) == 1);
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_that_dies_outside_of_the_store_alarms_and_is_started_again()
    {
        Append(7);
        var time = new ThrowingTimeProvider();
        using var drainer = new JournalDrainer(_journal, _folder, _store, time, _log);
        using var stopping = new CancellationTokenSource();
        var running = drainer.RunAsync(stopping.Token);
        await UntilAsync(() => _log.Count(1313) == 1);
        Append(1);
        await Waiting.UntilAsync(() => _store.Rows.Count >= 9, () => time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal(9, _store.Rows.Count);
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Finish_that_its_limit_cuts_off_lets_go_of_the_journal_whatever_the_store_throws()
    {
        _store.Failure = new InvalidOperationException("the connection is in a state that does not allow this");
        using var limit = new CancellationTokenSource();
        await limit.CancelAsync();
        await _drainer.FinishAsync(limit.Token);
        using var next = Assert.Single(_folder.TakeOver("svc", _time, _log));
        Assert.Equal(_journal.Owner, next.Owner);
    }

    private async Task RunUntilAsync(
        JournalDrainer drainer,
        Func<bool> done,
        [CallerArgumentExpression(nameof(done))] string what = ""
    )
    {
        using var stopping = new CancellationTokenSource();
        var running = drainer.RunAsync(stopping.Token);
        await UntilAsync(done, what);
        await stopping.CancelAsync();
        await running;
    }

    private Task UntilAsync(Func<bool> done, [CallerArgumentExpression(nameof(done))] string what = "") =>
        Waiting.UntilAsync(done, () => _time.Advance(TimeSpan.FromSeconds(1)), what);

    private string[] Journals() => Directory.GetFiles(_folder.Path, "*.journal");

    private void Append(int rows)
    {
        for (var i = 0; i < rows; i++)
            Assert.True(_journal.TryAppend(_journal.About(AccessOperation.Fetch, AccessOutcome.Success)));
    }

    private InstanceRow Owner() => new("svc-1", Guid.NewGuid(), "svc", "test", "env", "host", 1, "tester", _time.GetUtcNow());

    /// <summary>Fails the first time that a pause is asked of it.</summary>
    private sealed class ThrowingTimeProvider : FakeTimeProvider
    {
        private bool _thrown;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (_thrown)
                return base.CreateTimer(callback, state, dueTime, period);
            _thrown = true;
            throw new InsufficientMemoryException();
        }
    }
}
