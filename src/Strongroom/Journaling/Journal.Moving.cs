using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Strongroom.Audit;
using Strongroom.Unix;

namespace Strongroom.Journaling;

/// <summary>
/// Moving to a new file while the journal is in use, because another process opens the file and could truncate it, or because
/// the file no longer has its name. The new file is a boot of its own, so that at any moment each file is by itself a journal
/// that can be adopted.
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
    private volatile bool _hasLeftFile;
    private bool _saidUnguarded;
    private bool _saidStuck;
    private bool _isClosedByRow;
    private bool _disposed;

    /// <summary>Returns once after a move that the folder contains a file of this process to adopt.</summary>
    internal bool TakeHasLeftFile()
    {
        var left = _hasLeftFile;
        _hasLeftFile = false;
        return left;
    }

    /// <summary>A journal that remains in memory only, since no file could be created for it.</summary>
    internal bool TryPeekUnsaved([NotNullWhen(true)] out Journal? unsaved) => _unsaved.TryPeek(out unsaved);

    internal void DropUnsaved()
    {
        if (_unsaved.TryDequeue(out var shipped))
            shipped.Dispose();
    }

    /// <summary>
    /// Moves to a new file if the current one is in danger. Waits for a move in progress, whose new file may be in danger too.
    /// </summary>
    internal void CheckFile()
    {
        Action? log;
        lock (_moving)
            log = CheckFileCore();
        log?.Invoke();
    }

    /// <summary>Like <see cref="CheckFile"/>, every second; skipped while a move is in progress.</summary>
    internal void TryCheckFile()
    {
        Action? log;
        if (!_moving.TryEnter())
            return;
        try
        {
            log = CheckFileCore();
        }
        finally
        {
            _moving.Exit();
        }
        log?.Invoke();
    }

    /// <returns>Writes the log, once the lock is released; null where there is nothing to say.</returns>
    private Action? CheckFileCore()
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
            // The caller is a signal handler or a timer, where an exception would end the process.
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
            MoveIntents(fresh);
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

    /// <summary>Creates a file to continue in: on disk, otherwise in memory. Null if that would not be an improvement.</summary>
    private JournalFile? Fresh(JournalFile old)
    {
        var folder = Path.GetDirectoryName(old.Path)!;
        var owner = old.Owner with { Boot = Guid.NewGuid(), StartedAt = _time.GetUtcNow() };
        var path = JournalFolder.PathOf(folder, owner);
        try
        {
            UnixFile.CreateOwnerOnlyFolder(folder);
            var fresh = JournalFiles.Create(path, owner, CapacityOf(old));
            Lease(fresh);
            return fresh;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (old.IsInMemory)
                return null;
            _toLog += () => Log.JournalInMemory(_logger, e.GetType().Name, folder);
            return JournalFiles.CreateInMemory(path, owner, CapacityOf(old));
        }
    }

    private static JournalCapacity CapacityOf(JournalFile file) => new(file.Counters, file.Records) { Intents = file.Intents };

    /// <summary>Saves the old journal under its name, for the drainer to adopt.</summary>
    private bool Keep(Journal left)
    {
        left.Close(AccessOutcome.Success);
        try
        {
            JournalFiles.Save(left._file);
            _hasLeftFile = true;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _unsaved.Enqueue(left);
            return false;
        }
    }

    /// <summary>Truncates the file to its rows. If the ring has wrapped around, the file remains as it is.</summary>
    private void KeepRowsOnly()
    {
        try
        {
            if (_guard is not null && !_file.IsInMemory && !_file.IsLost && _last <= _file.Records)
                JournalFiles.SaveRowsOnly(_file, _last);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not required: the whole file can be adopted too.
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
