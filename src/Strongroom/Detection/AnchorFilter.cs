using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Strongroom.Detection;

/// <summary>
/// Finds in one pass over a text where any of many anchors may be. Each anchor belongs to one of eight groups, one bit each; for
/// each of the three places, two tables of sixteen entries say by a byte's lower and upper half which groups allow it. A shuffle
/// looks up sixteen bytes at once, and what all six tables allow is compared in full.
/// </summary>
internal sealed class AnchorFilter
{
    /// <summary>How many positions are looked at together.</summary>
    internal const int BlockLength = 16;

    /// <summary>How many bytes behind a block are read.</summary>
    internal const int Overhang = Anchor.Length - 1;

    private const int Groups = 8;
    private const int Halves = 16;

    private readonly Vector128<byte>[] _tables = new Vector128<byte>[2 * Anchor.Length];
    private readonly (Anchor Anchor, CredentialForm Form)[][] _groups;

    internal AnchorFilter(IEnumerable<CredentialForm> forms)
    {
        // Neighbours in this order share their last bytes, so that a group allows as few others as possible.
        var sorted = forms
            .SelectMany(static form => form.Anchors.Select(anchor => (anchor, form)))
            .OrderBy(static one => one.anchor.Mask == 0xFFFFFF ? 0 : 1)
            .ThenBy(static one => one.anchor.Value)
            .ToList();
        _groups = [.. sorted.Chunk((sorted.Count + Groups - 1) / Groups)];
        var halves = new byte[2 * Anchor.Length][];
        for (var table = 0; table < halves.Length; table++)
            halves[table] = new byte[Halves];
        for (var group = 0; group < _groups.Length; group++)
        {
            foreach (var (anchor, _) in _groups[group])
                Allow(halves, anchor, (byte)(1 << group));
        }
        for (var table = 0; table < halves.Length; table++)
            _tables[table] = Vector128.Create(halves[table]);
    }

    /// <summary>
    /// The groups that may have an anchor at each of sixteen positions; <paramref name="first"/> has <see cref="Overhang"/> more
    /// bytes behind them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> GroupsAt(ReadOnlySpan<Vector128<byte>> tables, ref byte first) =>
        At(tables[0], tables[1], Vector128.LoadUnsafe(ref first))
        & At(tables[2], tables[3], Vector128.LoadUnsafe(ref first, 1))
        & At(tables[4], tables[5], Vector128.LoadUnsafe(ref first, 2));

    internal ReadOnlySpan<Vector128<byte>> Tables => _tables;

    /// <summary>Calls no form whose anchor is not there.</summary>
    internal bool TryMatch(uint groups, ReadOnlySpan<char> text, int at, uint bytes, out DetectedCredential found)
    {
        for (; groups != 0; groups &= groups - 1)
        {
            foreach (var (anchor, form) in _groups[System.Numerics.BitOperations.TrailingZeroCount(groups)])
            {
                if ((bytes & anchor.Mask) == anchor.Value && form.TryMatch(text, at, out found))
                    return true;
            }
        }
        found = default;
        return false;
    }

    /// <summary>
    /// Writes each character as a byte. What is not Latin becomes 255, which no anchor has, and so does what lies behind the end.
    /// </summary>
    internal static void Narrow(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        ref var source = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        ref var target = ref MemoryMarshal.GetReference(bytes);
        nuint at = 0;
        for (; at + BlockLength <= (nuint)text.Length; at += BlockLength)
        {
            Vector128
                .NarrowWithSaturation(
                    Vector128.LoadUnsafe(ref source, at),
                    Vector128.LoadUnsafe(ref source, at + (BlockLength / 2))
                )
                .StoreUnsafe(ref target, at);
        }
        for (; at < (nuint)text.Length; at++)
            bytes[(int)at] = (byte)Math.Min(text[(int)at], byte.MaxValue);
        bytes[text.Length..].Fill(byte.MaxValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> At(Vector128<byte> lower, Vector128<byte> upper, Vector128<byte> bytes)
    {
        var half = Vector128.Create((byte)0x0F);
        return Vector128.ShuffleNative(lower, bytes & half)
            & Vector128.ShuffleNative(upper, Vector128.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte() & half);
    }

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
