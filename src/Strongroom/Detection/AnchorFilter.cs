using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Strongroom.Detection;

/// <summary>
/// Finds in one pass over a text where any of many anchors may be. Each anchor belongs to one of eight groups, one bit each. For
/// each of an anchor's three bytes, two tables of sixteen entries say by the byte's lower and upper half which groups allow it. A
/// shuffle looks up sixteen bytes at once; where all six tables agree, the anchors are compared in full.
/// </summary>
internal sealed class AnchorFilter
{
    /// <summary>The number of positions that are examined together.</summary>
    internal const int BlockLength = 16;

    private const int Halves = 16;
    private const int BucketBits = 10;

    private readonly Vector128<byte>[] _tables = new Vector128<byte>[2 * Anchor.Length];
    private readonly (Anchor Anchor, CredentialForm Form)[] _byBucket;
    private readonly ushort[] _bucketStarts = new ushort[(1 << BucketBits) + 1];

    internal AnchorFilter(IReadOnlyList<CredentialForm> forms)
    {
        var all = forms.SelectMany(static form => form.Anchors.Select(anchor => (Anchor: anchor, Form: form))).ToList();
        FillTables(all.Select(static one => one.Anchor));
        var buckets = all.SelectMany(static one =>
                one.Anchor.LastTwo().Select(BucketOf).Distinct().Select(bucket => (bucket, one))
            )
            .ToLookup(static pair => pair.bucket, static pair => pair.one);
        _byBucket = [.. Enumerable.Range(0, 1 << BucketBits).SelectMany(bucket => buckets[bucket])];
        for (var bucket = 0; bucket < 1 << BucketBits; bucket++)
            _bucketStarts[bucket + 1] = (ushort)(_bucketStarts[bucket] + buckets[bucket].Count());
    }

    internal ReadOnlySpan<Vector128<byte>> Tables => _tables;

    /// <summary>
    /// Examines the sixteen positions from <paramref name="first"/> on and the two bytes after them. The result has a bit set for
    /// each position where an anchor may begin.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Candidates(
        Vector128<byte> lower0,
        Vector128<byte> upper0,
        Vector128<byte> lower1,
        Vector128<byte> upper1,
        Vector128<byte> lower2,
        Vector128<byte> upper2,
        ref byte first
    )
    {
        var groups =
            Groups(lower0, upper0, Vector128.LoadUnsafe(ref first))
            & Groups(lower1, upper1, Vector128.LoadUnsafe(ref first, 1))
            & Groups(lower2, upper2, Vector128.LoadUnsafe(ref first, 2));
        return ~Vector128.Equals(groups, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;
    }

    /// <summary>Whether any anchor ends with bytes that share the bucket of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MayMatch(uint bytes)
    {
        var bucket = BucketOf((ushort)(bytes >> 8));
        return _bucketStarts[bucket] != _bucketStarts[bucket + 1];
    }

    /// <summary>Asks the forms whose anchor these three bytes are.</summary>
    /// <param name="bytes">The bytes, the first one lowest.</param>
    /// <param name="text">The text.</param>
    /// <param name="at">Where in the text the bytes begin; -1 where the first is before the text.</param>
    /// <param name="found">What was found.</param>
    internal bool TryMatch(uint bytes, ReadOnlySpan<char> text, int at, out DetectedCredential found)
    {
        var bucket = BucketOf((ushort)(bytes >> 8));
        for (int index = _bucketStarts[bucket], end = _bucketStarts[bucket + 1]; index < end; index++)
        {
            ref readonly var one = ref _byBucket[index];
            if ((bytes & one.Anchor.Mask) == one.Anchor.Value && one.Form.TryMatch(text, at, out found))
                return true;
        }
        found = default;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Groups(Vector128<byte> lower, Vector128<byte> upper, Vector128<byte> bytes)
    {
        var half = Vector128.Create((byte)0x0F);
        return Vector128.ShuffleNative(lower, bytes & half)
            & Vector128.ShuffleNative(upper, Vector128.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte() & half);
    }

    private static int BucketOf(ushort lastTwo) => (int)((lastTwo * 0x9E3779B1u) >> (32 - BucketBits));

    private void FillTables(IEnumerable<Anchor> anchors)
    {
        var halves = Enumerable.Range(0, 2 * Anchor.Length).Select(static _ => new byte[Halves]).ToArray();
        foreach (var anchor in anchors)
            Allow(halves, anchor, (byte)(1 << GroupOf(anchor)));
        for (var table = 0; table < halves.Length; table++)
            _tables[table] = Vector128.Create(halves[table]);
    }

    /// <summary>
    /// A group allows every mix of its anchors' halves, so anchors that end alike share one, and those that end with a letter or
    /// digit share two by its lowest bit. On a mix of prose and log lines the tables then allow one position in twenty.
    /// </summary>
    private static int GroupOf(Anchor anchor) =>
        anchor.Last switch
        {
            '=' or ':' => 0,
            '_' or '~' => 1,
            '-' => 2,
            '.' or '/' or '$' => 3,
            _ when anchor.IsAnyFirst => 4,
            >= 'A' and <= 'Z' when anchor.IsExact => 5,
            var last => 6 + (last & 1),
        };

    private static void Allow(byte[][] halves, Anchor anchor, byte group)
    {
        for (var place = 0; place < Anchor.Length; place++)
        {
            for (var b = 0u; b <= byte.MaxValue; b++)
            {
                if (!anchor.Allows(place, b))
                    continue;
                halves[2 * place][b & 0x0F] |= group;
                halves[(2 * place) + 1][b >> 4] |= group;
            }
        }
    }
}
