using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Audit;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// The local record of this process's accesses: rows in a ring, cache hits in counters, changes in progress as intents. It never
/// waits for a database; the drainer ships everything to the store, where (instance, boot, sequence) makes repeated shipping
/// harmless.
/// </summary>
internal sealed unsafe partial class Journal : IDisposable
{
    // Held while the mapped file is written, by design: a record and its sequence number are one step.
    private readonly Lock _gate = new();
    private volatile JournalFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _reserve;
    private long _last;

    /// <summary>The closing row has been written, or the journal ended without it. No record is accepted any more.</summary>
    private volatile bool _closed;

    private Journal(JournalFile file, TimeProvider time, long last, ILogger logger)
    {
        _file = file;
        _time = time;
        _logger = logger;
        _last = last;
        _reserve = file.Records / 10;
        _foldedAt = new long[file.Counters];
        _intents = new long[file.Intents];
    }

    internal InstanceRow Owner => _file.Owner;

    /// <summary>Whether the process is ending or has ended.</summary>
    internal bool IsClosed => _closed;

    /// <summary>Sets who acts. The store learns it with the first row shipped afterwards.</summary>
    internal void Name(string actor)
    {
        lock (_gate)
            _file.Name(actor);
    }

    /// <summary>The number of records not yet shipped.</summary>
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

    /// <summary>Whether reads may be recorded. The last tenth is reserved for writes, refusals and trips.</summary>
    internal bool HasCapacityForReads
    {
        get
        {
            lock (_gate)
                return Free > _reserve + 1;
        }
    }

    /// <summary>Each open intent reserves capacity for its outcome.</summary>
    private long Free => _file.Records - (_last - _file.Shipped) - _openIntents;

    internal static Journal Create(
        string path,
        InstanceRow owner,
        TimeProvider time,
        JournalCapacity capacity,
        ILogger? logger = null
    )
    {
        var journal = new Journal(JournalFiles.Create(path, owner, capacity), time, last: 0, logger ?? NullLogger.Instance);
        journal.TryAppend(journal.About(AccessOperation.Open, AccessOutcome.Success));
        journal._guard = new JournalFileWatcher(journal, time);
        return journal;
    }

    internal static Journal Create(
        string path,
        InstanceRow owner,
        TimeProvider time,
        int counters = JournalCapacity.DefaultCounters,
        long records = JournalCapacity.DefaultRecords,
        ILogger? logger = null
    ) => Create(path, owner, time, new JournalCapacity(counters, records), logger);

    /// <summary>
    /// Adopts the journal of a terminated process. Its unfolded counts and open intents become rows. Null if the process is
    /// alive, or the file is not a complete journal.
    /// </summary>
    internal static Journal? TryAdopt(string path, TimeProvider time, out bool isWreck) =>
        JournalFiles.TryAdopt(path, out isWreck) is { } file ? Adopt(file, time) : null;

    private static Journal Adopt(JournalFile file, TimeProvider time)
    {
        // A record is written before its counter is marked as folded and its intent as completed, so it takes precedence if the
        // process died in between.
        var last = file.Shipped;
        for (var sequence = Math.Max(1, last - file.Records + 1); sequence <= last; sequence++)
            Settle(file, sequence);
        while (file.TryReadRecord(last + 1, out _))
            Settle(file, ++last);
        var journal = new Journal(file, time, last, NullLogger.Instance)
        {
            _closed = file.TryReadRecord(last, out var end) && end.Operation == AccessOperation.Close,
            _usedCounters = file.Counters,
        };
        journal.FindIntents();
        return journal;
    }

    /// <summary>
    /// Appends a record. False if there is no capacity: then nothing may be returned that it would have recorded.
    /// </summary>
    internal bool TryAppend(in JournalRecord record) => TryAppend(record, record.MayUseReserve);

    private bool TryAppend(in JournalRecord record, bool mayUseReserve)
    {
        Span<byte> encoded = stackalloc byte[RecordSize];
        JournalCodec.Encode(encoded, record);
        lock (_gate)
        {
            if (_closed || Free <= (mayUseReserve ? 0 : _reserve))
                return false;
            Append(encoded);
            return true;
        }
    }

    private void Append(Span<byte> encoded)
    {
        _file.WriteRecord(_last + 1, encoded);
        _last++;
    }

    /// <summary>The oldest unshipped rows, at most <paramref name="most"/>.</summary>
    internal List<AccessRow> Unshipped(int most)
    {
        lock (_gate)
        {
            var rows = new List<AccessRow>();
            for (var sequence = _file.Shipped + 1; sequence <= _last && rows.Count < most; sequence++)
            {
                // A damaged record still becomes a row, since a gap in the sequence would look like tampering with the store.
                if (!_file.TryReadRecord(sequence, out var record))
                    record = About(AccessOperation.Gap, AccessOutcome.Failed);
                rows.Add(record.ToRow(Owner, sequence));
            }
            return rows;
        }
    }

    /// <summary>The rows of this boot that the store is known to have, and from which on the ring still holds them.</summary>
    internal ShippedRows Shipped
    {
        get
        {
            lock (_gate)
                return new ShippedRows(Owner, _file.Shipped, Math.Max(1, _last - _file.Records + 1));
        }
    }

    /// <summary>Shipped rows that the ring still holds. Others have been overwritten or damaged.</summary>
    internal List<AccessRow> Held(Guid boot, SequenceRange range)
    {
        lock (_gate)
        {
            var rows = new List<AccessRow>();
            var first = Math.Max(range.First, _last - _file.Records + 1);
            for (var sequence = first; Owner.Boot == boot && sequence <= Math.Min(range.Last, _last); sequence++)
            {
                if (_file.TryReadRecord(sequence, out var record))
                    rows.Add(record.ToRow(Owner, sequence));
            }
            return rows;
        }
    }

    /// <summary>
    /// Notes that the store has a row and all before it, which frees their capacity. Rows of an earlier file are ignored.
    /// </summary>
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
        return new JournalRecord
        {
            Operation = operation,
            Outcome = outcome,
            Name = "",
            Backend = Owner.Backend,
            Count = 1,
            FirstAt = now,
            LastAt = now,
        };
    }

    /// <summary>
    /// Completes open intents as unknown and writes the closing row; no record is accepted afterwards. The row is omitted if
    /// hits cannot be folded even into the reserve: after it they would be lost, without it the next process folds them.
    /// </summary>
    internal void Close(AccessOutcome outcome)
    {
        var isFolded = TryFold(mayUseReserve: true);
        lock (_gate)
        {
            if (_closed)
                return;
            EndIntents();
            _isClosedByRow = isFolded && TryAppend(About(AccessOperation.Close, outcome));
            _closed = true;
        }
    }

    /// <summary>
    /// Releases the file. It is deleted if all its rows have been shipped, and truncated to its rows otherwise.
    /// </summary>
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
                {
                    _file.Delete();
                }
                else
                {
                    if (_isClosedByRow)
                        KeepRowsOnly();
                    _file.Dispose();
                }
                _closed = true;
            }
        }
    }

    /// <summary>Applies a record that states how a counter or an intent ended.</summary>
    private static void Settle(JournalFile file, long sequence)
    {
        if (!file.TryReadRecord(sequence, out var record))
            return;
        // A file that was truncated to its rows has no counters.
        if (record.CountedUpTo > 0 && record.Counter < file.Counters)
        {
            var folded = (long*)(file.CounterAt(record.Counter) + CounterFolded);
            *folded = Math.Max(*folded, record.CountedUpTo);
        }
        for (var index = 0; record.Intent != 0 && index < file.Intents; index++)
        {
            if (file.TryReadIntent(index, out var id, out _) && id == record.Intent)
                file.ClearIntent(index);
        }
    }
}

/// <summary>The last row of a boot that the store is known to have, and the first that the journal still holds.</summary>
internal readonly record struct ShippedRows(InstanceRow Owner, long Last, long FirstHeld);
