using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strongroom.Redaction;

/// <summary>
/// An immutable set of fingerprints and the search for them. A bitmap turns away all but about one position in 64 or more; what
/// is left is compared by bucket, length, tail, and last by keyed hash.
/// </summary>
internal sealed class FingerprintTable
{
    private const int BitsPerFingerprint = 64;
    private const int FewestFilterBits = 12;
    private const int MostFilterBits = Fingerprint.HeadBits - 2;

    private readonly FingerprintKey _key;
    private readonly ulong[] _filter;
    private readonly int _filterShift;
    private readonly Fingerprint[] _sorted;
    private readonly int[] _bucketStarts;
    private readonly int _bucketShift;

    internal FingerprintTable(FingerprintKey key, Fingerprint[] fingerprints)
    {
        _key = key;
        _sorted = fingerprints;
        Array.Sort(_sorted, static (left, right) => left.Head.CompareTo(right.Head));

        var filterBits = Math.Clamp(Log2Above(BitsPerFingerprint * (long)_sorted.Length), FewestFilterBits, MostFilterBits);
        _filterShift = 64 - filterBits;
        _filter = new ulong[1 << (filterBits - 6)];
        var bucketBits = Math.Clamp(Log2Above(_sorted.Length), 1, 16);
        _bucketShift = Fingerprint.HeadBits - bucketBits;
        _bucketStarts = new int[(1 << bucketBits) + 1];
        foreach (ref readonly var fingerprint in _sorted.AsSpan())
        {
            var bit = fingerprint.Head >> (Fingerprint.HeadBits - filterBits);
            _filter[bit >> 6] |= 1UL << (int)(bit & 63);
            _bucketStarts[(fingerprint.Head >> _bucketShift) + 1]++;
        }
        for (var bucket = 1; bucket < _bucketStarts.Length; bucket++)
            _bucketStarts[bucket] += _bucketStarts[bucket - 1];
    }

    internal int Count => _sorted.Length;

    /// <summary>Adds every part of <paramref name="text"/> that is a known form; allocates only when there is one.</summary>
    internal void Find(ReadOnlySpan<char> text, ref List<RedactedRange>? parts)
    {
        var last = text.Length - FingerprintKey.Window;
        if (last < 0 || _sorted.Length == 0)
            return;
        var multiplier = _key.Multiplier;
        var shift = _filterShift;
        // The shift leaves an index within the filter: a bounds check for each position would show in the time of a line.
        ref var filter = ref MemoryMarshal.GetArrayDataReference(_filter);
        ref var start = ref MemoryMarshal.GetReference(text);
        var at = 0;
        // Two positions share one branch, which is hardly ever taken.
        for (; at < last; at += 2)
        {
            var first = FingerprintKey.Hash(in Unsafe.Add(ref start, at), multiplier);
            var second = FingerprintKey.Hash(in Unsafe.Add(ref start, at + 1), multiplier);
            if (((BitOf(ref filter, first >> shift) | BitOf(ref filter, second >> shift)) & 1) == 0)
                continue;
            Compare(text, at, FingerprintKey.Head(first), ref parts);
            Compare(text, at + 1, FingerprintKey.Head(second), ref parts);
        }
        if (at == last)
            Compare(text, at, FingerprintKey.Head(FingerprintKey.Hash(in Unsafe.Add(ref start, at), multiplier)), ref parts);
    }

    /// <summary>The filter's bit, lowest in the result; the bits above it are others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitOf(ref ulong filter, ulong bit) => Unsafe.Add(ref filter, (nint)(bit >> 6)) >> (int)(bit & 63);

    private void Compare(ReadOnlySpan<char> text, int at, uint head, ref List<RedactedRange>? parts)
    {
        var bucket = head >> _bucketShift;
        for (var index = _bucketStarts[bucket]; index < _bucketStarts[bucket + 1]; index++)
        {
            ref readonly var known = ref _sorted[index];
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
