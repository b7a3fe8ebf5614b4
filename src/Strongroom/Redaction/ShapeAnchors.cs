using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Strongroom.Redaction;

/// <summary>
/// Where a shape may be: each holds one of a few characters at a place from which it is read in both directions. Sixteen
/// characters are looked at together, because a search that starts again after each of them costs more than all the rest in a
/// line full of pairs.
/// </summary>
internal static class ShapeAnchors
{
    /// <summary>The characters of a block, one bit each in what <see cref="In"/> gives.</summary>
    internal const int BlockLength = 16;

    /// <summary>The anchors among the characters from <paramref name="start"/> on, the first in the lowest bit.</summary>
    internal static uint In(ReadOnlySpan<char> text, int start)
    {
        if (text.Length - start < BlockLength)
            return InRest(text[start..]);
        ref var first = ref Unsafe.As<char, ushort>(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start));
        var block = Vector256.LoadUnsafe(ref first);
        var found =
            Vector256.Equals(block, Vector256.Create((ushort)'='))
            | Vector256.Equals(block, Vector256.Create((ushort)':'))
            | Vector256.Equals(block, Vector256.Create((ushort)'-'))
            | Vector256.Equals(block, Vector256.Create((ushort)'K'))
            | Vector256.Equals(block | Vector256.Create((ushort)' '), Vector256.Create((ushort)'b'));
        return found.ExtractMostSignificantBits();
    }

    private static uint InRest(ReadOnlySpan<char> rest)
    {
        var anchors = 0u;
        for (var at = 0; at < rest.Length; at++)
        {
            if (rest[at] is '=' or ':' or '-' or 'K' or 'B' or 'b')
                anchors |= 1u << at;
        }
        return anchors;
    }
}
