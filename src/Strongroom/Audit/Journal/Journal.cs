using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static Strongroom.Audit.JournalLayout;

namespace Strongroom.Audit;

/// <summary>
/// The process's own record of accesses: rows in a ring, cache hits in counters. It waits for no database; the drainer moves both
/// to the store, where (instance, boot, sequence) makes shipping twice harmless.
/// </summary>
internal sealed unsafe partial class Journal : IDisposable
{
    private readonly Lock _gate = new();
    private volatile JournalFile _file;
    private readonly Dictionary<CounterKey, HitCounter> _counters = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _reserve;
    private long _last;

    /// <summary>The closing row stands: nothing is taken any more.</summary>
    private bool _closed;

    private Journal(JournalFile file, TimeProvider time, long last, ILogger logger)
    {
        _file = file;
        _time = time;
        _logger = logger;
        _last = last;
        _reserve = file.Records / 10;
    }

    internal InstanceRow Owner => _file.Owner;

    /// <summary>Says who acts, before the first row is shipped: with that the store knows the instance.</summary>
    internal void Name(string actor)
    {
        lock (_gate)
            _file.Name(actor);
    }

    /// <summary>How many records the store does not have yet.</summary>
    internal long Pending
    {
        get
        {
            lock (_gate)
                return _last - _file.Shipped;
        }
    }

    internal long Capacity => _file.Records;

    internal int Counters => _file.Counters;

    internal bool HasRoomForChange => Pending < Capacity;

    /// <summary>Whether reads have room: the last tenth is kept for writes, refusals and trips.</summary>
    internal bool HasRoomForReads => Pending < Capacity - _reserve - 1;

    internal static Journal Create(string path, InstanceRow owner, TimeProvider time, int counters = JournalRoom.UsualCounters, long records = JournalRoom.UsualRecords, ILogger? logger = null)
    {
        var journal = new Journal(JournalFiles.Create(path, owner, counters, records), time, last: 0, logger ?? NullLogger.Instance);
        journal.TryAppend(journal.About(AccessOperation.Open, AccessOutcome.Success));
        journal._guard = new JournalGuard(journal, time);
        return journal;
    }

    /// <summary>Takes over the journal of a dead process; what it counted and had not folded yet becomes rows. Null: it lives, or is no whole journal.</summary>
    internal static Journal? TryAdopt(string path, TimeProvider time, out bool isWreck) =>
        JournalFiles.TryAdopt(path, out isWreck) is { } file ? Adopt(file, time) : null;

    private static Journal Adopt(JournalFile file, TimeProvider time)
    {
        // A record is written before its counter is marked as folded, so after a death in between the record knows better.
        var last = file.Shipped;
        for (var sequence = Math.Max(1, last - file.Records + 1); sequence <= last; sequence++)
            MarkFolded(file, sequence);
        while (file.TryReadRecord(last + 1, out _))
            MarkFolded(file, ++last);
        return new Journal(file, time, last, NullLogger.Instance) { _closed = file.TryReadRecord(last, out var end) && end.Operation == AccessOperation.Close };
    }

    /// <summary>Writes a record. False where there is no room: then nothing may leave that it would have accounted for.</summary>
    internal bool TryAppend(in JournalRecord record) => TryAppend(record, record.MayUseReserve);

    private bool TryAppend(in JournalRecord record, bool mayUseReserve)
    {
        lock (_gate)
        {
            var free = _file.Records - (_last - _file.Shipped);
            if (_closed || free <= (mayUseReserve ? 0 : _reserve))
                return false;
            _file.WriteRecord(_last + 1, record);
            _last++;
            return true;
        }
    }

    /// <summary>The counter for equal accesses, or null where <paramref name="most"/> are taken: then each access is a record.</summary>
    internal HitCounter? OpenCounter(CounterKey key, int most = int.MaxValue)
    {
        lock (_gate)
        {
            if (_counters.TryGetValue(key, out var counter))
                return counter;
            var index = _counters.Count;
            if (_closed || index >= Math.Min(most, _file.Counters))
                return null;

            var slot = _file.CounterAt(index);
            BeginCounter(slot, key);
            counter = new HitCounter(index, slot, _file.Lifetime);
            _counters.Add(key, counter);
            return counter;
        }
    }

    /// <summary>Turns what the counters gained since the last fold into records. What finds no room stays in the counter.</summary>
    internal void Fold() => TryFold(mayUseReserve: false);

    private bool TryFold(bool mayUseReserve)
    {
        for (var index = 0; index < _file.Counters; index++)
        {
            // A move to another file in the middle would mark hits as folded that the new file does not hold.
            lock (_gate)
            {
                var slot = _file.CounterAt(index);
                if (Volatile.Read(ref *(int*)(slot + CounterInUse)) == 0)
                    return true;
                if (!TryFold(slot, index, mayUseReserve))
                    return false;
            }
        }
        return true;
    }

    private bool TryFold(byte* slot, int index, bool mayUseReserve)
    {
        var now = _time.GetUtcNow();
        var total = Total(slot);
        var folded = *(long*)(slot + CounterFolded);
        if (total != folded)
        {
            var record = new JournalRecord
            {
                Operation = (AccessOperation)slot[CounterOperation],
                Outcome = (AccessOutcome)slot[CounterOutcome],
                Source = (AccessSource)(*(int*)(slot + CounterSource)),
                Error = *(int*)(slot + CounterError) is var error and not 0 ? (SecretErrorCode)error : null,
                FirstAt = new DateTimeOffset(*(long*)(slot + CounterFoldedAt), TimeSpan.Zero),
                LastAt = now,
                Count = total - folded,
                Name = Encoding.UTF8.GetString(slot + CounterName, *(ushort*)(slot + CounterNameLength)),
                Version = Encoding.UTF8.GetString(slot + CounterVersion, *(ushort*)(slot + CounterVersionLength)),
                Backend = Owner.Backend,
                Counter = index,
                CountedUpTo = total,
            };
            if (!TryAppend(record, mayUseReserve))
                return false;
            *(long*)(slot + CounterFolded) = total;
        }
        *(long*)(slot + CounterFoldedAt) = now.UtcTicks;
        return true;
    }

    /// <summary>The oldest rows that the store does not have yet, at most <paramref name="most"/>.</summary>
    internal List<AccessRow> Unshipped(int most)
    {
        lock (_gate)
        {
            var rows = new List<AccessRow>();
            for (var sequence = _file.Shipped + 1; sequence <= _last && rows.Count < most; sequence++)
            {
                // A record that was damaged on the way is still a row: a hole in the sequence would look like a tampered store.
                if (!_file.TryReadRecord(sequence, out var record))
                    record = About(AccessOperation.Gap, AccessOutcome.Failed);
                rows.Add(record.ToRow(Owner, sequence));
            }
            return rows;
        }
    }

    /// <summary>Remembers that the store has a row and all before it; their room is free again. Rows of a file that was left are no concern.</summary>
    internal void MarkShipped(AccessRow last)
    {
        lock (_gate)
        {
            if (last.Boot == Owner.Boot)
                MarkShipped(last.Sequence);
        }
    }

    internal void MarkShipped(long sequence)
    {
        lock (_gate)
            _file.Shipped = Math.Max(_file.Shipped, sequence);
    }

    internal JournalRecord About(AccessOperation operation, AccessOutcome outcome)
    {
        var now = _time.GetUtcNow();
        return new JournalRecord { Operation = operation, Outcome = outcome, Name = "", Backend = Owner.Backend, Count = 1, FirstAt = now, LastAt = now };
    }

    /// <summary>
    /// Writes the closing row; afterwards nothing is taken any more. There is no such row while hits find no room, not even the
    /// reserve's: behind it they would be lost, whereas without it the next process folds them.
    /// </summary>
    internal void Close(AccessOutcome outcome)
    {
        if (TryFold(mayUseReserve: true))
            TryAppend(About(AccessOperation.Close, outcome));
        lock (_gate)
            _closed = true;
    }

    /// <summary>Lets go of the file; one that is wholly shipped is removed.</summary>
    public void Dispose()
    {
        _guard?.Dispose();
        lock (_moving)
        {
            if (_disposed)
                return;
            _disposed = true;
            lock (_gate)
            {
                if (_closed && _last == _file.Shipped)
                    _file.Delete();
                else
                    _file.Dispose();
                _closed = true;
            }
        }
    }

    /// <summary>What each counter has counted since the journal began.</summary>
    internal AccessCount[] Hits()
    {
        lock (_gate)
        {
            return [.. _counters.Select(entry => new AccessCount(
                entry.Key.Name, entry.Key.Outcome, entry.Key.Source, CountedBefore(entry.Value.Index) + Total(_file.CounterAt(entry.Value.Index))))];
        }
    }

    private void BeginCounter(byte* slot, CounterKey key)
    {
        *(int*)(slot + CounterSource) = (int)key.Source;
        slot[CounterOperation] = (byte)key.Operation;
        slot[CounterOutcome] = (byte)key.Outcome;
        *(int*)(slot + CounterError) = (int?)key.Error ?? 0;
        *(long*)(slot + CounterFoldedAt) = _time.GetUtcNow().UtcTicks;
        *(ushort*)(slot + CounterNameLength) = (ushort)Encoding.UTF8.GetBytes(key.Name, new Span<byte>(slot + CounterName, SecretName.MaxLength));
        *(ushort*)(slot + CounterVersionLength) = (ushort)Encoding.UTF8.GetBytes(key.Version, new Span<byte>(slot + CounterVersion, SecretVersion.MaxLength));
        Volatile.Write(ref *(int*)(slot + CounterInUse), 1);
    }

    private static long Total(byte* slot)
    {
        var total = 0L;
        for (var stripe = 0; stripe < CounterStripeCount; stripe++)
            total += Volatile.Read(ref *(long*)(slot + CounterStripes + (stripe * CounterStripeSize)));
        return total;
    }

    private static void MarkFolded(JournalFile file, long sequence)
    {
        if (!file.TryReadRecord(sequence, out var record) || record.CountedUpTo == 0)
            return;
        var folded = (long*)(file.CounterAt(record.Counter) + CounterFolded);
        *folded = Math.Max(*folded, record.CountedUpTo);
    }
}
