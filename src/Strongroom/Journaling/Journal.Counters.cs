using System.Text;
using Strongroom.Audit;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// Counting instead of recording: hits, and repetitions of an existing row. A counter is assigned to another key once no object
/// counts with it and its whole count has been folded into rows. Its total continues, so that a fold for the earlier key never
/// affects the new one.
/// </summary>
internal sealed unsafe partial class Journal
{
    /// <summary>After this period without an equal access, the next one becomes a row again.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(10);

    private readonly Dictionary<CounterKey, CounterSlot> _counters = [];
    private readonly Stack<int> _freeCounters = new();
    private readonly AccessTally _ended = new();

    /// <summary>When each counter was last folded, on the monotonic clock; 0 if never.</summary>
    private readonly long[] _foldedAt;
    private int _usedCounters;
    private int _collectionsSeen = -1;
    private long _lookedAt;

    /// <summary>
    /// The counter for equal hits; null if <paramref name="most"/> are in use: each hit then becomes a record.
    /// </summary>
    internal HitCounter? OpenCounter(CounterKey key, int most = int.MaxValue)
    {
        lock (_gate)
        {
            if (SlotFor(key, most) is not { } slot)
                return null;
            if (slot.Reader is not null && slot.Reader.TryGetTarget(out var known))
                return known;
            var counter = new HitCounter(slot.Index, _file.CounterAt(slot.Index), _file.Lifetime);
            slot.Reader = new WeakReference<HitCounter>(counter);
            return counter;
        }
    }

    /// <summary>
    /// Counts an access that equals a row written less than <paramref name="within"/> ago. If false, it must become a row
    /// itself, and those after it are counted.
    /// </summary>
    internal bool TryCountAgain(CounterKey key, TimeSpan within, int most)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (
                _counters.TryGetValue(key, out var slot)
                && slot.RowAt is { } row
                && (within == Timeout.InfiniteTimeSpan || _time.GetElapsedTime(row, now) < within)
            )
            {
                Count(slot, now);
                return true;
            }
            if (SlotFor(key, most) is { } begun)
                begun.RowAt = begun.CountedAt = now;
            return false;
        }
    }

    internal bool IsCounting(CounterKey key)
    {
        lock (_gate)
            return _counters.ContainsKey(key);
    }

    /// <summary>Counts without a row, if a counter is available.</summary>
    internal bool TryCount(CounterKey key)
    {
        lock (_gate)
        {
            if (SlotFor(key, int.MaxValue) is not { } slot)
                return false;
            slot.RowAt ??= _time.GetTimestamp();
            Count(slot, _time.GetTimestamp());
            return true;
        }
    }

    /// <summary>
    /// Turns what the counters have gained since the last fold into records. What exceeds the capacity remains in the counter.
    /// </summary>
    internal void Fold() => TryFold(mayUseReserve: false);

    /// <summary>The total of each counter since the journal was opened.</summary>
    internal AccessCount[] Hits(AccessOperation? operation = null)
    {
        lock (_gate)
        {
            return
            [
                .. operation is null ? _ended.Counts : [],
                .. _counters
                    .Values.Where(slot => operation is null || slot.Key.Operation == operation)
                    .Select(slot => new AccessCount(
                        slot.Key.Name,
                        slot.Key.Outcome,
                        slot.Key.Source,
                        CountedIn(slot.Index) - slot.Before
                    )),
            ];
        }
    }

    private void Count(CounterSlot slot, long now)
    {
        slot.CountedAt = now;
        Interlocked.Increment(ref *(long*)(_file.CounterAt(slot.Index) + CounterStripes));
    }

    private CounterSlot? SlotFor(CounterKey key, int most)
    {
        if (_closed)
            return null;
        if (_counters.TryGetValue(key, out var slot))
            return slot;
        most = Math.Min(most, _file.Counters);
        if (_counters.Count >= most)
            ReleaseUnused();
        if (_counters.Count >= most)
            return null;
        var index = _freeCounters.TryPop(out var free) ? free : _usedCounters++;
        BeginCounter(_file.CounterAt(index), key);
        _foldedAt[index] = _time.GetTimestamp();
        slot = new CounterSlot(index, key, CountedIn(index));
        _counters.Add(key, slot);
        return slot;
    }

    /// <summary>Releases unused counters. Searches only after a garbage collection or a while, not on every request.</summary>
    private void ReleaseUnused()
    {
        var (collections, now) = (GC.CollectionCount(0), _time.GetTimestamp());
        if (collections == _collectionsSeen && _time.GetElapsedTime(_lookedAt, now) < s_quiet)
            return;
        (_collectionsSeen, _lookedAt) = (collections, now);
        foreach (var slot in _counters.Values.Where(slot => IsUnused(slot, now)).ToList())
        {
            var slotStart = _file.CounterAt(slot.Index);
            if (!TryFold(slotStart, slot.Index, mayUseReserve: false))
                return;
            _ended.Add(slot.Key.Name, slot.Key.Outcome, slot.Key.Source, CountedIn(slot.Index) - slot.Before);
            _counters.Remove(slot.Key);
            Volatile.Write(ref *(int*)(slotStart + CounterInUse), 0);
            _freeCounters.Push(slot.Index);
        }
    }

    private bool IsUnused(CounterSlot slot, long now) =>
        (slot.Reader is null || !slot.Reader.TryGetTarget(out _))
        && (slot.RowAt is null || _time.GetElapsedTime(slot.CountedAt, now) >= s_quiet);

    private bool TryFold(bool mayUseReserve)
    {
        for (var index = 0; index < _usedCounters; index++)
        {
            // A move to another file in the middle would mark hits as folded that the new file does not hold.
            lock (_gate)
            {
                var slotStart = _file.CounterAt(index);
                if (Volatile.Read(ref *(int*)(slotStart + CounterInUse)) != 0 && !TryFold(slotStart, index, mayUseReserve))
                    return false;
            }
        }
        return true;
    }

    private bool TryFold(byte* slotStart, int index, bool mayUseReserve)
    {
        var now = _time.GetUtcNow();
        var timestamp = _time.GetTimestamp();
        var total = Total(slotStart);
        var folded = *(long*)(slotStart + CounterFolded);
        if (total != folded)
        {
            // The wall clock may have been set meanwhile, and the monotonic one stood still while the machine slept.
            var began = _foldedAt[index] == 0 ? now : now - _time.GetElapsedTime(_foldedAt[index], timestamp);
            var foldedAt = new DateTimeOffset(*(long*)(slotStart + CounterFoldedAt), TimeSpan.Zero);
            var record = new JournalRecord
            {
                Operation = (AccessOperation)slotStart[CounterOperation],
                Outcome = (AccessOutcome)slotStart[CounterOutcome],
                Source = (AccessSource)(*(int*)(slotStart + CounterSource)),
                Error = *(int*)(slotStart + CounterError) is var error and not 0 ? (SecretErrorCode)error : null,
                FirstAt = foldedAt < began ? foldedAt : began,
                LastAt = now,
                Count = total - folded,
                Name = Encoding.UTF8.GetString(slotStart + CounterName, *(ushort*)(slotStart + CounterNameLength)),
                Version = Encoding.UTF8.GetString(slotStart + CounterVersion, *(ushort*)(slotStart + CounterVersionLength)),
                Backend = Owner.Backend,
                Counter = index,
                CountedUpTo = total,
            };
            if (!TryAppend(record, mayUseReserve))
                return false;
            *(long*)(slotStart + CounterFolded) = total;
        }
        *(long*)(slotStart + CounterFoldedAt) = now.UtcTicks;
        _foldedAt[index] = timestamp;
        return true;
    }

    private void BeginCounter(byte* slotStart, CounterKey key)
    {
        *(int*)(slotStart + CounterSource) = (int)key.Source;
        slotStart[CounterOperation] = (byte)key.Operation;
        slotStart[CounterOutcome] = (byte)key.Outcome;
        *(int*)(slotStart + CounterError) = (int?)key.Error ?? 0;
        *(long*)(slotStart + CounterFoldedAt) = _time.GetUtcNow().UtcTicks;
        *(ushort*)(slotStart + CounterNameLength) = (ushort)
            JournalCodec.Cut(new Span<byte>(slotStart + CounterName, SecretName.MaxLength), key.Name);
        *(ushort*)(slotStart + CounterVersionLength) = (ushort)
            JournalCodec.Cut(new Span<byte>(slotStart + CounterVersion, SecretVersion.MaxLength), key.Version);
        Volatile.Write(ref *(int*)(slotStart + CounterInUse), 1);
    }

    private long CountedIn(int index) => CountedBefore(index) + Total(_file.CounterAt(index));

    private static long Total(byte* slotStart)
    {
        var total = 0L;
        for (var stripe = 0; stripe < CounterStripeCount; stripe++)
            total += Volatile.Read(ref *(long*)(slotStart + CounterStripes + (stripe * CounterStripeSize)));
        return total;
    }
}
