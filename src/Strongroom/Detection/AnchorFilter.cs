using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Strongroom.Detection;

/// <summary>
/// Finds in one pass over a text where any of many anchors may be. Each anchor belongs to one of eight groups, one bit each. For
/// each of an anchor's three bytes, two tables of sixteen entries say by the byte's lower and upper half which groups allow it. A
/// shuffle looks up sixteen bytes at once; where all six tables agree, the anchors are compared in full.
/// </summary>
/// <remarks>Each start builds it, so it is made of arrays: a generic type of a value type is compiled by every process.</remarks>
internal sealed class AnchorFilter
{
    /// <summary>The number of positions that are examined together.</summary>
    internal const int BlockLength = 16;

    private const int Halves = 16;
    private const int BucketBits = 10;

    /// <summary>Letters of both cases share a bucket.</summary>
    private const uint AnyCase = 0xDFDF;

    private readonly byte[] _tables = new byte[2 * Anchor.Length * Halves];
    private readonly AnchoredForm?[] _buckets = new AnchoredForm?[1 << BucketBits];

    /// <param name="forms">The forms; of two that share an anchor, the first is asked first.</param>
    internal AnchorFilter(IReadOnlyList<CredentialForm> forms)
    {
        for (var index = forms.Count - 1; index >= 0; index--)
        {
            var form = forms[index];
            foreach (var text in form.Anchors)
            {
                var anchor = Anchor.Of(text, form.IgnoresCase);
                Allow(anchor, (byte)(1 << GroupOf(anchor)));
                ref var bucket = ref _buckets[BucketOf(anchor.Value)];
                bucket = new AnchoredForm(anchor, form, bucket);
            }
        }
    }

    /// <summary>Of each byte of an anchor, first the table of its lower half, then that of its upper half.</summary>
    internal Vector128<byte> Table(int index) => Vector128.LoadUnsafe(ref _tables[index * Halves]);

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
    internal bool MayMatch(uint bytes) => _buckets[BucketOf(bytes)] is not null;

    /// <summary>Asks the forms whose anchor these three bytes are.</summary>
    /// <param name="bytes">The bytes, the first one lowest.</param>
    /// <param name="text">The text.</param>
    /// <param name="at">Where in the text the bytes begin; -1 where the first is before the text.</param>
    /// <param name="found">What was found.</param>
    internal bool TryMatch(uint bytes, ReadOnlySpan<char> text, int at, out DetectedCredential found)
    {
        for (var one = _buckets[BucketOf(bytes)]; one is not null; one = one.Next)
        {
            if (one.Anchor.Is(bytes) && one.Form.TryMatch(text, at, out found))
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

    /// <summary>By the second and third byte, since the first may be any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BucketOf(uint bytes) => (int)((((bytes >> 8) & AnyCase) * 0x9E3779B1u) >> (32 - BucketBits));

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

    private void Allow(Anchor anchor, byte group)
    {
        for (var half = 0; half < 2 * Anchor.Length; half++)
        {
            for (var bits = 0u; bits < Halves; bits++)
            {
                if (anchor.Allows(half, bits))
                    _tables[(half * Halves) + (int)bits] |= group;
            }
        }
    }

    private sealed class AnchoredForm(Anchor anchor, CredentialForm form, AnchoredForm? next)
    {
        internal readonly Anchor Anchor = anchor;
        internal readonly CredentialForm Form = form;
        internal readonly AnchoredForm? Next = next;
    }
}
