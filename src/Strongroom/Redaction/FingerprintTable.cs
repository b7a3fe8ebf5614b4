using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strongroom.Detection;

namespace Strongroom.Redaction;

/// <summary>
/// A set of fingerprints that only grows, up to the room that it is made with, and the search for them. A bitmap turns away all
/// but about one position in 64 or more; what is left is compared by bucket, length, tail, and last by keyed hash.
/// </summary>
/// <remarks>
/// One thread adds at a time; any number search meanwhile, and find all that was added before they began. An entry is written
/// before the bucket leads to it, and never changes.
/// </remarks>
internal sealed class FingerprintTable
{
    private const int BitsPerFingerprint = 64;
    private const int FewestFilterBits = 12;
    private const int MostFilterBits = Fingerprint.HeadBits - 2;
    private const int Stride = 4;

    private readonly FingerprintKey _key;
    private readonly ulong[] _filter;
    private readonly int _filterShift;
    private readonly Fingerprint[] _entries;
    private readonly int _bucketShift;

    // One more than the index of a bucket's latest entry, and of the one before each entry; 0 is the end.
    private readonly int[] _latest;
    private readonly int[] _previous;
    private int _count;

    internal FingerprintTable(FingerprintKey key, int room)
    {
        _key = key;
        _entries = new Fingerprint[room];
        _previous = new int[room];
        var filterBits = Math.Clamp(Log2Above(BitsPerFingerprint * (long)room), FewestFilterBits, MostFilterBits);
        _filterShift = 64 - filterBits;
        _filter = new ulong[1 << (filterBits - 6)];
        var bucketBits = Math.Clamp(Log2Above(room), 1, 16);
        _bucketShift = Fingerprint.HeadBits - bucketBits;
        _latest = new int[1 << bucketBits];
    }

    internal int Count => Volatile.Read(ref _count);

    /// <summary>Adds all of one value, or none where there is no room.</summary>
    internal bool TryAdd(ReadOnlySpan<Fingerprint> fingerprints)
    {
        if (fingerprints.Length > _entries.Length - _count)
            return false;
        foreach (ref readonly var fingerprint in fingerprints)
        {
            _entries[_count] = fingerprint;
            ref var latest = ref _latest[fingerprint.Head >> _bucketShift];
            _previous[_count] = latest;
            var bit = fingerprint.Head >> (_filterShift - (64 - Fingerprint.HeadBits));
            _filter[bit >> 6] |= 1UL << (int)(bit & 63);
            Volatile.Write(ref latest, _count + 1);
            Volatile.Write(ref _count, _count + 1);
        }
        return true;
    }

    /// <summary>Adds every known form that begins in <paramref name="chunk"/>; allocates only when there is one.</summary>
    internal void Find(scoped in ByteChunk chunk, ref List<RedactedRange>? parts)
    {
        if (Count == 0)
            return;
        var multiplier = _key.Multiplier;
        var shift = _filterShift;
        // The shift leaves an index within the filter: a bounds check for each position would show in the time of a line.
        ref var filter = ref MemoryMarshal.GetArrayDataReference(_filter);
        ref var first = ref chunk.First;
        // Positions that share a branch, which is hardly ever taken. The last ones may be after the end, where no form fits.
        for (var at = 0; at < chunk.Length; at += Stride)
        {
            ref var bytes = ref Unsafe.Add(ref first, at);
            var bits =
                BitOf(ref filter, FingerprintKey.Hash(in bytes, multiplier) >> shift)
                | BitOf(ref filter, FingerprintKey.Hash(in Unsafe.Add(ref bytes, 1), multiplier) >> shift)
                | BitOf(ref filter, FingerprintKey.Hash(in Unsafe.Add(ref bytes, 2), multiplier) >> shift)
                | BitOf(ref filter, FingerprintKey.Hash(in Unsafe.Add(ref bytes, 3), multiplier) >> shift);
            if ((bits & 1) == 0)
                continue;
            for (var place = at; place < at + Stride; place++)
            {
                var head = FingerprintKey.Head(FingerprintKey.Hash(in Unsafe.Add(ref first, place), multiplier));
                Compare(chunk.Text, chunk.Start + place, head, ref parts);
            }
        }
    }

    /// <summary>The filter's bit, lowest in the result; the bits above it are others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitOf(ref ulong filter, ulong bit) => Unsafe.Add(ref filter, (nint)(bit >> 6)) >> (int)(bit & 63);

    private void Compare(ReadOnlySpan<char> text, int at, uint head, ref List<RedactedRange>? parts)
    {
        for (var entry = Volatile.Read(ref _latest[head >> _bucketShift]); entry != 0; entry = _previous[entry - 1])
        {
            ref readonly var known = ref _entries[entry - 1];
            if (known.Head != head || known.Length > text.Length - at)
                continue;
            var form = text.Slice(at, known.Length);
            if (_key.Tail(form) == known.Tail && _key.Digest(form) == known.Digest)
                (parts ??= []).Add(
                    new RedactedRange(Math.Max(0, at - known.Before), Math.Min(text.Length, at + known.Length + known.After))
                );
        }
    }

    private static int Log2Above(long value) => value <= 1 ? 0 : BitOperations.Log2((ulong)(value - 1)) + 1;
}
