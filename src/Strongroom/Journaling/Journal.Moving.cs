using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Strongroom.Audit;
using Strongroom.Unix;

namespace Strongroom.Journaling;

/// <summary>
/// How a journal leaves its file while it is in use: because another program opens the file and could truncate it, or because its
/// name is gone. The fresh file is a boot of its own, so that at each instant every file by itself is a journal that can be taken
/// over.
/// </summary>
internal sealed unsafe partial class Journal
{
    // Held while files are made and moved: a second move at the same time would move a file that is gone. No log is written under
    // it; what there is to say is collected in _toLog.
    private readonly Lock _moving = new();
    private Action? _toLog;
    private readonly ConcurrentQueue<Journal> _unsaved = new();
    private long[] _countedBefore = [];
    private JournalFileWatcher? _guard;
    private volatile bool _leftSomething;
    private bool _saidUnguarded;
    private bool _saidStuck;
    private bool _isClosedByRow;
    private bool _disposed;

    /// <summary>Says once after a move that the folder holds a file of ours that waits to be taken over.</summary>
    internal bool TakeLeftSomething()
    {
        var left = _leftSomething;
        _leftSomething = false;
        return left;
    }

    /// <summary>What was left in memory only, because no file could be made for it.</summary>
    internal bool TryPeekUnsaved([NotNullWhen(true)] out Journal? unsaved) => _unsaved.TryPeek(out unsaved);

    internal void DropUnsaved()
    {
        if (_unsaved.TryDequeue(out var shipped))
            shipped.Dispose();
    }

    /// <summary>
    /// Leaves the file where it is in danger; waits for a move that is under way, whose fresh file may be in danger too.
    /// </summary>
    internal void LookAfterFile()
    {
        Action? log;
        lock (_moving)
            log = LookAfterFileInTurn();
        log?.Invoke();
    }

    /// <summary>The same every second, where a move that is under way is a reason to leave it to the next one.</summary>
    internal void TryLookAfterFile()
    {
        Action? log;
        if (!_moving.TryEnter())
            return;
        try
        {
            log = LookAfterFileInTurn();
        }
        finally
        {
            _moving.Exit();
        }
        log?.Invoke();
    }

    /// <returns>Writes the log, once the lock is released; null where there is nothing to say.</returns>
    private Action? LookAfterFileInTurn()
    {
        try
        {
            if (_disposed)
                return null;
            if (_file.IsDisturbed)
                Leave("was opened or cut by another program");
            else if (_file.IsLost)
                Leave("was deleted, moved or replaced");
            else if (_file.IsInMemory)
                Leave("was in memory only");
            Lease(_file);
            _saidStuck = false;
        }
        catch (Exception e)
        {
            // From a signal or a timer an exception would end the process.
            if (!_saidStuck)
                _toLog += () => Log.JournalStuck(_logger, e.GetType().Name);
            _saidStuck = true;
        }
        (var log, _toLog) = (_toLog, null);
        return log;
    }

    private void Leave(string reason)
    {
        var old = _file;
        if (Fresh(old) is not { } fresh)
            return;

        JournalFile? left;
        lock (_gate)
        {
            foreach (var slot in _counters.Values)
                BeginCounter(fresh.CounterAt(slot.Index), slot.Key);
            TakeIntentsAlong(fresh);
            TakeLocation(fresh, old);
            _file = fresh;
            _last = 0;
            if (!_closed)
                TryAppend(About(AccessOperation.Open, AccessOutcome.Success));
            left = old.Copy();
            if (left is not null)
            {
                AddCountedBefore(left);
                DropIntents(left);
            }
        }
        if (left is null)
            _toLog += () => Log.JournalLost(_logger, old.Path);
        else if (Keep(Adopt(left, _time)))
            _toLog += () => Log.JournalMoved(_logger, old.Path, reason);
        // Last: another program that waits for the old file gets it now.
        old.Dispose();
    }

    private static void TakeLocation(JournalFile fresh, JournalFile old)
    {
        try
        {
            fresh.TakePlaceOf(old);
        }
        catch
        {
            fresh.Delete();
            throw;
        }
    }

    /// <summary>A file to go on in: on the disk, else in memory. Null where nothing would be better than it is.</summary>
    private JournalFile? Fresh(JournalFile old)
    {
        var folder = Path.GetDirectoryName(old.Path)!;
        var owner = old.Owner with { Boot = Guid.NewGuid(), StartedAt = _time.GetUtcNow() };
        var path = JournalFolder.PathOf(folder, owner);
        try
        {
            UnixFile.CreateOwnerOnlyFolder(folder);
            var fresh = JournalFiles.Create(path, owner, RoomOf(old));
            Lease(fresh);
            return fresh;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (old.IsInMemory)
                return null;
            _toLog += () => Log.JournalInMemory(_logger, e.GetType().Name, folder);
            return JournalFiles.CreateInMemory(path, owner, RoomOf(old));
        }
    }

    private static JournalCapacity RoomOf(JournalFile file) => new(file.Counters, file.Records) { Intents = file.Intents };

    /// <summary>Puts what was left where its name was, whole, for the drainer to take over.</summary>
    private bool Keep(Journal left)
    {
        left.Close(AccessOutcome.Success);
        try
        {
            JournalFiles.Save(left._file);
            _leftSomething = true;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _unsaved.Enqueue(left);
            return false;
        }
    }

    /// <summary>Where the ring went round, the file stays as it is.</summary>
    private void KeepRowsOnly()
    {
        try
        {
            if (_guard is not null && !_file.IsInMemory && !_file.IsLost && _last <= _file.Records)
                JournalFiles.SaveRowsOnly(_file, _last);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The whole file serves as well.
        }
    }

    private void Lease(JournalFile file)
    {
        try
        {
            if (!file.IsInMemory)
                file.TryLease();
        }
        catch (IOException e)
        {
            if (!_saidUnguarded)
                _toLog += () => Log.JournalUnguarded(_logger, file.Path, e.Message);
            _saidUnguarded = true;
        }
    }

    private void AddCountedBefore(JournalFile left)
    {
        if (_countedBefore.Length == 0)
            _countedBefore = new long[left.Counters];
        for (var index = 0; index < _usedCounters; index++)
            _countedBefore[index] += Total(left.CounterAt(index));
    }

    private long CountedBefore(int index) => _countedBefore.Length == 0 ? 0 : _countedBefore[index];
}
