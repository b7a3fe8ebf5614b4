using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Bundles;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Breaker;

/// <summary>
/// Three processes: two replicas that share a folder, and one on another machine. Each knows at least what this notes of it.
/// </summary>
internal sealed class TripTrial : IDisposable
{
    public const int Processes = 3;

    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly TripScope s_scope = new("test", "");

    private readonly bool _withDatabase;
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero));
    private readonly Journal _journal;
    private readonly InMemoryTripStore[] _databases = [new(), new()];
    private readonly UnreliableTripFile[] _files = new UnreliableTripFile[Processes];
    private readonly CredentialBreaker[] _breakers = new CredentialBreaker[Processes];

    /// <summary>The uncleared trips that each process has seen.</summary>
    private readonly HashSet<Guid>[] _seen = [.. Enumerable.Range(0, Processes).Select(_ => new HashSet<Guid>())];

    /// <summary>The trips that an operator cleared somewhere.</summary>
    private readonly HashSet<Guid> _cleared = [];

    private (TripRecord[], TripClearance[]) _backup;
    private int _current;
    private int _trips;

    private TripTrial(bool withDatabase)
    {
        _withDatabase = withDatabase;
        var owner = new InstanceRow(
            "test",
            Guid.NewGuid(),
            "test_service",
            "test",
            "none",
            "host",
            Environment.ProcessId,
            "tester",
            _time.GetUtcNow()
        );
        _journal = JournalFolder
            .Open(_folder.File("journal"), mustPersist: false)
            .Create(owner, _time, capacity: new JournalCapacity(Counters: 64, Records: 1024));
        for (var i = 0; i < Processes; i++)
            Start(i);
    }

    private InMemoryTripStore Database => _databases[_current];

    private bool IsDatabaseUp => _withDatabase && Database.Failure is null;

    public static async Task RunAsync(bool withDatabase, IReadOnlyList<TripStep> steps)
    {
        using var trial = new TripTrial(withDatabase);
        for (var i = 0; i < Processes; i++)
            await trial.RefreshAsync(i);
        for (var i = 0; i < steps.Count; i++)
        {
            trial._time.Advance(TimeSpan.FromSeconds(1));
            await trial.TakeAsync(steps[i]);
            await trial.CompareAsync($"step {i + 1}, {steps[i]}");
        }
        await trial.HealAsync();
    }

    public void Dispose()
    {
        foreach (var breaker in _breakers)
            breaker.Dispose();
        _journal.Dispose();
        _folder.Dispose();
    }

    private void Start(int who)
    {
        var clocks = new ElapsedClock(_time);
        var identity = new ProcessIdentity(
            "test_service",
            $"test_service-{who}",
            "tester",
            DeploymentEnvironment.Test,
            "",
            "none"
        );
        _files[who] = new UnreliableTripFile { IsFull = _files[who]?.IsFull ?? false }.Over(
            _folder.File($"machine-{who / 2}/test_service{LocalTripFile.Suffix}")
        );
        _breakers[who] = new CredentialBreaker(
            identity,
            _files[who],
            () => _withDatabase ? Database : null,
            new AuditTrail(_journal, required: false, _time, NullLogger.Instance),
            new PermissionRule([], _ => false, new CacheSettings(), clocks),
            _ => Task.CompletedTask,
            clocks,
            NullLogger.Instance
        );
        _seen[who] = [];
    }

    private async Task TakeAsync(TripStep step)
    {
        var (who, breaker, file) = (step.Who, _breakers[step.Who], _files[step.Who]);
        switch (step.What)
        {
            case TripStep.Kind.Trip:
                _seen[who].Add((await breaker.TripAsync(TripCause.Manual, "alpaca", $"{_trips++}", "A test.", s_ct)).Id);
                Require(breaker.Permission == CredentialPermission.Halted, "a trip did not halt");
                break;
            case TripStep.Kind.Clear:
                await ClearAsync(who);
                break;
            case TripStep.Kind.ClearByCommand when !file.IsFull:
                foreach (var trip in (await file.ListUnclearedAsync(s_scope, s_ct)).Take(1))
                {
                    await file.ClearAsync(new TripClearance(trip.Id, "command", "a test", _time.GetUtcNow()), s_ct);
                    _cleared.Add(trip.Id);
                }
                break;
            case TripStep.Kind.Refresh:
                await RefreshAsync(who);
                break;
            case TripStep.Kind.Tick:
                breaker.Tick();
                break;
            case TripStep.Kind.Restart:
                breaker.Dispose();
                Start(who);
                await RefreshAsync(who);
                break;
            case TripStep.Kind.RowsLost:
                Database.Restore();
                break;
            case TripStep.Kind.BackedUp:
                _backup = Database.Backup();
                break;
            case TripStep.Kind.Restored:
                Database.Restore(_backup);
                break;
            case TripStep.Kind.Swapped:
                var failure = Database.Failure;
                _current = 1 - _current;
                Database.Failure = failure;
                break;
            case TripStep.Kind.DatabaseAway or TripStep.Kind.DatabaseBack:
                Database.Failure =
                    step.What == TripStep.Kind.DatabaseAway
                        ? new SecretUnavailableException(SecretErrorCode.Unreachable, "away")
                        : null;
                break;
            case TripStep.Kind.DiskFull or TripStep.Kind.DiskWritable:
                foreach (var one in _files.Where((_, i) => i / 2 == who / 2))
                    one.IsFull = step.What == TripStep.Kind.DiskFull;
                break;
            case TripStep.Kind.FileRemoved when File.Exists(file.File.Path):
                File.Delete(file.File.Path);
                break;
        }
        foreach (var each in _breakers)
            await each.Recording.WaitAsync(s_limit);
        // A round that a tick began is looked at by the next one.
        foreach (var each in _breakers)
            each.Evaluate();
    }

    private async Task RefreshAsync(int who)
    {
        await _breakers[who].RefreshAsync(s_ct);
        var (file, breaker) = (_files[who], _breakers[who]);
        _seen[who].UnionWith((await file.ListUnclearedAsync(s_scope, s_ct)).Select(trip => trip.Id));
        if (IsDatabaseUp)
            _seen[who].UnionWith((await Database.ListUnclearedAsync(s_scope, s_ct)).Select(trip => trip.Id));
        var uncleared = _seen[who].Except(_cleared).ToArray();
        if (!file.IsFull)
        {
            var kept = (await file.ListUnclearedAsync(s_scope, s_ct)).Select(trip => trip.Id).ToArray();
            Require(uncleared.All(kept.Contains), "a trip that is known is not in the local file");
        }
        if (IsDatabaseUp)
        {
            Require(
                uncleared.All(id => Database.Trips.Any(trip => trip.Id == id)),
                "a trip that is known is not in the database"
            );
            Require(
                !breaker.Uncleared.Any(trip => Database.Clearances.Any(clearance => clearance.TripId == trip.Id)),
                "a clearance that could be read was not"
            );
            Require(
                (await file.ListClearedAsync(s_scope, s_ct)).All(one =>
                    file.IsFull || Database.Clearances.Any(clearance => clearance.TripId == one.Trip.Id)
                ),
                "a local clearance did not reach the database"
            );
        }
    }

    private async Task ClearAsync(int who)
    {
        if (_breakers[who].Uncleared is not [var trip, ..])
            return;
        try
        {
            if (await _breakers[who].ClearAsync(trip.Id, "operator", "a test", s_ct))
                Require(
                    !_breakers[who].Uncleared.Any(known => known.Id == trip.Id),
                    "a trip that was cleared is listed as uncleared"
                );
            _cleared.Add(trip.Id);
        }
        catch (SecretUnavailableException)
        {
            Require(!IsDatabaseUp && _files[who].IsFull, "a clearance could not be stored though one way works");
        }
    }

    private async Task CompareAsync(string where)
    {
        for (var who = 0; who < Processes; who++)
        {
            // What a process learned without being asked to counts too.
            _seen[who].UnionWith(_breakers[who].Uncleared.Select(trip => trip.Id));
            if (_breakers[who].Permission != CredentialPermission.Halted)
                Require(
                    _seen[who].IsSubsetOf(_cleared),
                    $"process {who} is open while a trip that it knows is not cleared, after {where}"
                );
        }
        await Task.CompletedTask;
    }

    /// <summary>Everything works again, and an operator clears what is listed: then no service stays halted.</summary>
    private async Task HealAsync()
    {
        foreach (var database in _databases)
            database.Failure = null;
        foreach (var file in _files)
            file.IsFull = false;
        for (var round = 0; round < 2; round++)
        {
            for (var who = 0; who < Processes; who++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await RefreshAsync(who);
                while (_breakers[who].Uncleared.Count > 0)
                    await ClearAsync(who);
            }
        }
        for (var who = 0; who < Processes; who++)
        {
            _time.Advance(TimeSpan.FromSeconds(6));
            await RefreshAsync(who);
            Require(
                _breakers[who].Permission == CredentialPermission.All,
                $"process {who} is {_breakers[who].Permission} though all is cleared and read"
            );
        }
    }

    private static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
            throw new InvalidOperationException(otherwise);
    }
}
