using System.Text;
using Strongroom.Audit;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// Counting instead of recording: hits, and what is equal to a row that was written already. A room is given to another key once
/// no thread counts in it and all that it counted is a row. Its total goes on, so a fold of its old meaning never disturbs the
/// new one.
/// </summary>
internal sealed unsafe partial class Journal
{
    /// <summary>After so long without an equal one, the next is a row again.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(10);

    private readonly Dictionary<CounterKey, CounterSlot> _counters = [];
    private readonly Stack<int> _freeCounters = new();
    private readonly AccessTally _ended = new();

    /// <summary>When each counter was folded last, on the monotonic clock; 0 before that.</summary>
    private readonly long[] _foldedAt;
    private int _usedCounters;
    private int _collectionsSeen = -1;
    private long _lookedAt;

    /// <summary>The counter for equal hits, or null where <paramref name="most"/> are taken: then each is a record.</summary>
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
    /// Counts what is equal to a row that was written less than <paramref name="within"/> ago. False: it must be a row itself,
    /// and those after it are counted.
    /// </summary>
    internal bool TryCountAgain(in CounterKey key, TimeSpan within, int most)
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

    internal bool IsCounting(in CounterKey key)
    {
        lock (_gate)
            return _counters.ContainsKey(key);
    }

    /// <summary>Counts without a row, where a counter can be had.</summary>
    internal bool TryCount(in CounterKey key)
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
    /// Turns what the counters gained since the last fold into records. What finds no room stays in the counter.
    /// </summary>
    internal void Fold() => TryFold(mayUseReserve: false);

    /// <summary>What each counter has counted since the journal began.</summary>
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

    private CounterSlot? SlotFor(in CounterKey key, int most)
    {
        if (_closed)
            return null;
        if (_counters.TryGetValue(key, out var slot))
            return slot;
        most = Math.Min(most, _file.Counters);
        if (_counters.Count >= most)
            GiveBack();
        if (_counters.Count >= most)
            return null;
        var index = _freeCounters.TryPop(out var free) ? free : _usedCounters++;
        BeginCounter(_file.CounterAt(index), key);
        _foldedAt[index] = _time.GetTimestamp();
        slot = new CounterSlot(index, key, CountedIn(index));
        _counters.Add(key, slot);
        return slot;
    }

    /// <summary>Looks for counters that are over; not for each that is wanted, but when there is news.</summary>
    private void GiveBack()
    {
        var (collections, now) = (GC.CollectionCount(0), _time.GetTimestamp());
        if (collections == _collectionsSeen && _time.GetElapsedTime(_lookedAt, now) < s_quiet)
            return;
        (_collectionsSeen, _lookedAt) = (collections, now);
        foreach (var slot in _counters.Values.Where(slot => IsOver(slot, now)).ToList())
        {
            var room = _file.CounterAt(slot.Index);
            if (!TryFold(room, slot.Index, mayUseReserve: false))
                return;
            _ended.Add(slot.Key.Name, slot.Key.Outcome, slot.Key.Source, CountedIn(slot.Index) - slot.Before);
            _counters.Remove(slot.Key);
            Volatile.Write(ref *(int*)(room + CounterInUse), 0);
            _freeCounters.Push(slot.Index);
        }
    }

    private bool IsOver(CounterSlot slot, long now) =>
        (slot.Reader is null || !slot.Reader.TryGetTarget(out _))
        && (slot.RowAt is null || _time.GetElapsedTime(slot.CountedAt, now) >= s_quiet);

    private bool TryFold(bool mayUseReserve)
    {
        for (var index = 0; index < _usedCounters; index++)
        {
            // A move to another file in the middle would mark hits as folded that the new file does not hold.
            lock (_gate)
            {
                var room = _file.CounterAt(index);
                if (Volatile.Read(ref *(int*)(room + CounterInUse)) != 0 && !TryFold(room, index, mayUseReserve))
                    return false;
            }
        }
        return true;
    }

    private bool TryFold(byte* room, int index, bool mayUseReserve)
    {
        var now = _time.GetUtcNow();
        var timestamp = _time.GetTimestamp();
        var total = Total(room);
        var folded = *(long*)(room + CounterFolded);
        if (total != folded)
        {
            // The wall clock may have been set meanwhile, and the monotonic one stood still while the machine slept.
            var began = _foldedAt[index] == 0 ? now : now - _time.GetElapsedTime(_foldedAt[index], timestamp);
            var foldedAt = new DateTimeOffset(*(long*)(room + CounterFoldedAt), TimeSpan.Zero);
            var record = new JournalRecord
            {
                Operation = (AccessOperation)room[CounterOperation],
                Outcome = (AccessOutcome)room[CounterOutcome],
                Source = (AccessSource)(*(int*)(room + CounterSource)),
                Error = *(int*)(room + CounterError) is var error and not 0 ? (SecretErrorCode)error : null,
                FirstAt = foldedAt < began ? foldedAt : began,
                LastAt = now,
                Count = total - folded,
                Name = Encoding.UTF8.GetString(room + CounterName, *(ushort*)(room + CounterNameLength)),
                Version = Encoding.UTF8.GetString(room + CounterVersion, *(ushort*)(room + CounterVersionLength)),
                Backend = Owner.Backend,
                Counter = index,
                CountedUpTo = total,
            };
            if (!TryAppend(record, mayUseReserve))
                return false;
            *(long*)(room + CounterFolded) = total;
        }
        *(long*)(room + CounterFoldedAt) = now.UtcTicks;
        _foldedAt[index] = timestamp;
        return true;
    }

    private void BeginCounter(byte* room, in CounterKey key)
    {
        *(int*)(room + CounterSource) = (int)key.Source;
        room[CounterOperation] = (byte)key.Operation;
        room[CounterOutcome] = (byte)key.Outcome;
        *(int*)(room + CounterError) = (int?)key.Error ?? 0;
        *(long*)(room + CounterFoldedAt) = _time.GetUtcNow().UtcTicks;
        *(ushort*)(room + CounterNameLength) = (ushort)
            JournalCodec.Cut(new Span<byte>(room + CounterName, SecretName.MaxLength), key.Name);
        *(ushort*)(room + CounterVersionLength) = (ushort)
            JournalCodec.Cut(new Span<byte>(room + CounterVersion, SecretVersion.MaxLength), key.Version);
        Volatile.Write(ref *(int*)(room + CounterInUse), 1);
    }

    private long CountedIn(int index) => CountedBefore(index) + Total(_file.CounterAt(index));

    private static long Total(byte* room)
    {
        var total = 0L;
        for (var stripe = 0; stripe < CounterStripeCount; stripe++)
            total += Volatile.Read(ref *(long*)(room + CounterStripes + (stripe * CounterStripeSize)));
        return total;
    }
}
