using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;
using static Strongroom.Tests.Journaling.JournalStep;

namespace Strongroom.Tests.Journaling;

/// <summary>
/// Does what the steps say to a journal, counts for itself what was done, and compares that with what the store has in the end.
/// </summary>
internal sealed class JournalTrial : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero));
    private readonly CollectingAuditStore _store = new();
    private readonly CollectingLoggerProvider _log = new();
    private readonly JournalFolder _folder;

    /// <summary>The model: how often each thing was done, and how it ended.</summary>
    private readonly Dictionary<(AccessOperation Operation, AccessOutcome Outcome, string Name), long> _done = [];
    private readonly Dictionary<int, HitCounter> _held = [];
    private readonly List<(AuditIntent Intent, string Name)> _open = [];
    private readonly int[] _versions = new int[JournalStep.Names];

    private Journal _journal = null!;
    private AuditTrail _trail = null!;
    private JournalDrainer _drainer = null!;

    private JournalTrial()
    {
        _folder = JournalFolder.Open(_temporary.File("journal"), mustPersist: false);
        Begin();
    }

    public static async Task RunAsync(IReadOnlyList<JournalStep> steps)
    {
        using var trial = new JournalTrial();
        foreach (var step in steps)
            await trial.TakeAsync(step);
        await trial.BringHomeAsync();
        trial.Compare();
    }

    public void Dispose()
    {
        _journal.Dispose();
        _drainer.Dispose();
        _temporary.Dispose();
    }

    private async Task TakeAsync(JournalStep step)
    {
        var (name, version) = ($"n{step.Name}", $"{_versions[step.Name]}");
        switch (step.What)
        {
            case Kind.Hit:
                Hit(step);
                break;
            case Kind.Release:
                _held.Remove(step.Name);
                _versions[step.Name]++;
                GC.Collect();
                break;
            case Kind.Refresh:
                Repeat(step.Amount, AccessOperation.Refresh, AccessOutcome.Success, name, record =>
                    _trail.RequireOrCount(record with { Version = version, Source = AccessSource.Backend })
                );
                break;
            case Kind.Fail:
                Repeat(step.Amount, AccessOperation.Get, AccessOutcome.NotFound, name, record =>
                    _trail.RecordFailure(record with { Version = version, Error = SecretErrorCode.Missing })
                );
                break;
            case Kind.Row:
                Repeat(step.Amount, AccessOperation.Fetch, AccessOutcome.Success, name, record => _trail.Require(record));
                break;
            case Kind.Intend:
                _open.Add((_trail.Intend(About(AccessOperation.Write, AccessOutcome.Unknown, name)), name));
                break;
            case Kind.Complete when _open.Count > 0:
                _open[0].Intent.Succeed();
                Note(AccessOperation.Write, AccessOutcome.Success, _open[0].Name, 1);
                _open.RemoveAt(0);
                break;
            case Kind.Fold:
                _journal.Fold();
                break;
            case Kind.Ship:
                await _drainer.DrainOnceAsync(CancellationToken.None);
                break;
            case Kind.Pass:
                _time.Advance(TimeSpan.FromMinutes(step.Amount));
                break;
            case Kind.StoreFails or Kind.StoreFailsAfterTaking:
                (_store.Failure, _store.FailsAfterTaking) = (new IOException("away"), step.What == Kind.StoreFailsAfterTaking);
                break;
            case Kind.StoreWorks:
                (_store.Failure, _store.FailsAfterTaking) = (null, false);
                break;
            case Kind.StoreForgets:
                // The newest, as a database that is restored from a backup. What a dead process had shipped whole is not on the
                // disk any more.
                var boot = _journal.Owner.Boot;
                var newest = _store.Rows.Where(row => row.Boot == boot).Select(row => row.Sequence).DefaultIfEmpty().Max();
                _store.Lose(row => row.Boot == boot && row.Sequence > newest - step.Amount);
                _store.Instances.RemoveAll(instance => instance.Boot == boot);
                break;
            case Kind.Move:
                File.Delete(JournalFolder.PathOf(_folder.Path, _journal.Owner));
                _time.Advance(TimeSpan.FromSeconds(1));
                break;
            case Kind.Kill:
                EndOpen();
                _journal.Dispose(); // neither folded nor closed
                Begin();
                break;
            case Kind.End:
                EndOpen();
                await _drainer.FinishAsync(CancellationToken.None);
                Begin();
                break;
        }
    }

    private void Begin()
    {
        _held.Clear();
        _drainer?.Dispose();
        var owner = new InstanceRow("svc-1", Guid.NewGuid(), "svc", "test", "env", "host", 1, "tester", _time.GetUtcNow());
        _journal = _folder.Create(owner, _time, _log, new JournalCapacity(Counters: 12, Records: 4096) { Intents = 64 });
        _trail = new AuditTrail(_journal, required: true, _time, _log);
        _drainer = new JournalDrainer(_journal, _folder, _store, _time, _log);
    }

    /// <summary>As the cache does: it holds the counter of what it serves, and where there is none each hit is a row.</summary>
    private void Hit(JournalStep step)
    {
        var name = $"n{step.Name}";
        var (version, most) = ($"{_versions[step.Name]}", _journal.Counters - (_journal.Counters / 3));
        if (
            !_held.TryGetValue(step.Name, out var counter)
            && (
                _journal.OpenCounter(new CounterKey(name, version, AccessSource.Cache), most)
                ?? _journal.OpenCounter(new CounterKey(name, AuditTrail.Several, AccessSource.Cache))
            )
                is { } opened
        )
            _held[step.Name] = counter = opened;
        Repeat(step.Amount, AccessOperation.Get, AccessOutcome.Success, name, record =>
        {
            if (counter is null)
                _trail.Require(record with { Version = version, Source = AccessSource.Cache });
            else
                counter.Increment();
        });
    }

    private void Repeat(int times, AccessOperation operation, AccessOutcome outcome, string name, Action<JournalRecord> record)
    {
        for (var i = 0; i < times; i++)
            record(About(operation, outcome, name));
        Note(operation, outcome, name, times);
    }

    private void EndOpen()
    {
        foreach (var (_, name) in _open)
            Note(AccessOperation.Write, AccessOutcome.Unknown, name, 1);
        _open.Clear();
    }

    private JournalRecord About(AccessOperation operation, AccessOutcome outcome, string name) =>
        _journal.About(operation, outcome) with
        {
            Name = name,
        };

    private void Note(AccessOperation operation, AccessOutcome outcome, string name, long times) =>
        _done[(operation, outcome, name)] = _done.GetValueOrDefault((operation, outcome, name)) + times;

    /// <summary>The store is back for good, and this process and the next one end in order.</summary>
    private async Task BringHomeAsync()
    {
        (_store.Failure, _store.FailsAfterTaking) = (null, false);
        for (var process = 0; process < 2; process++)
        {
            _time.Advance(TimeSpan.FromSeconds(11));
            await _drainer.DrainOnceAsync(CancellationToken.None);
            EndOpen();
            await _drainer.FinishAsync(CancellationToken.None);
            Require(_drainer.FailingSince is null, "the rows could not be shipped");
            if (process == 0)
                Begin();
        }
        Require(Directory.GetFiles(_folder.Path, "*.journal*").Length == 0, "a journal was left behind");
    }

    private void Compare()
    {
        Require(!_store.Rows.Any(row => row.Operation == AccessOperation.Gap), "a gap was told where nothing is missing");
        foreach (var life in _store.Rows.GroupBy(row => row.Boot))
        {
            Require(
                life.Select(row => row.Sequence).SequenceEqual(Enumerable.Range(1, life.Count()).Select(number => (long)number)),
                "rows of a life are missing"
            );
            Require(_store.Instances.Any(instance => instance.Boot == life.Key), "the store does not know whose rows these are");
        }
        var stored = _store
            .Rows.Where(row => row.Operation is not (AccessOperation.Open or AccessOperation.Close))
            .GroupBy(row => (row.Operation, row.Outcome, row.Name))
            .ToDictionary(group => group.Key, group => group.Sum(row => row.AccessCount));
        // Failures for which no counter is left are counted together, and so without their names.
        foreach (var kind in _done.GroupBy(done => (done.Key.Operation, done.Key.Outcome)))
        {
            var others = stored.GetValueOrDefault((kind.Key.Operation, kind.Key.Outcome, AuditTrail.Others));
            var lacking = 0L;
            foreach (var (key, times) in kind)
            {
                var rows = stored.GetValueOrDefault(key);
                Require(rows <= times, $"{key} was done {times} times and is in the store {rows} times");
                lacking += times - rows;
            }
            Require(
                lacking == others,
                $"{kind.Key}: {lacking} are in the store under no name of theirs, and {others} under none"
            );
        }
        foreach (var key in stored.Keys.Where(key => key.Name != AuditTrail.Others))
            Require(_done.ContainsKey(key), $"{key} is in the store and was never done");
    }

    private static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
            throw new InvalidOperationException(otherwise);
    }
}
