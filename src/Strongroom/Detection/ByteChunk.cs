using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Strongroom.Detection;

/// <summary>
/// A part of a text, with each character as one byte, so that a search examines many at once. A character beyond Latin-1 becomes
/// 255, and so does what is before the text's start and after its end.
/// </summary>
/// <remarks>
/// The byte before the part and at least 32 bytes after it may be read too.
/// </remarks>
internal readonly ref struct ByteChunk
{
    /// <summary>How many bytes a buffer needs.</summary>
    internal const int BufferLength = 1 + Longest + (2 * Padding);

    /// <summary>The most characters of one part.</summary>
    internal const int Longest = 512;

    private const int BlockLength = 16;
    private const int Padding = 2 * BlockLength;

    private readonly ref byte _before;

    /// <param name="text">The whole text.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="buffer"><see cref="BufferLength"/> bytes, which the part uses from now on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ByteChunk(ReadOnlySpan<char> text, int start, Span<byte> buffer)
    {
        Text = text;
        Start = start;
        Length = Math.Min(text.Length - start, Longest);
        _before = ref MemoryMarshal.GetReference(buffer);
        _before = start == 0 ? byte.MaxValue : (byte)Math.Min(text[start - 1], byte.MaxValue);
        Narrow(text[start..Math.Min(text.Length, start + Longest + Padding)], ref First);
    }

    internal ReadOnlySpan<char> Text { get; }

    internal int Start { get; }

    internal int Length { get; }

    /// <summary>The byte before the part.</summary>
    internal ref byte Before => ref _before;

    /// <summary>The part's first byte.</summary>
    internal ref byte First => ref Unsafe.Add(ref _before, 1);

    private static void Narrow(ReadOnlySpan<char> text, ref byte target)
    {
        ref var source = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        Vector128<byte>.AllBitsSet.StoreUnsafe(ref target, (nuint)text.Length);
        Vector128<byte>.AllBitsSet.StoreUnsafe(ref target, (nuint)text.Length + BlockLength);
        if (text.Length < BlockLength)
        {
            for (var at = 0; at < text.Length; at++)
                Unsafe.Add(ref target, at) = (byte)Math.Min(text[at], byte.MaxValue);
            return;
        }
        // The last block overlaps the one before it.
        var last = (nuint)(text.Length - BlockLength);
        for (nuint at = 0; at < last; at += BlockLength)
            NarrowBlock(ref source, ref target, at);
        NarrowBlock(ref source, ref target, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NarrowBlock(ref ushort source, ref byte target, nuint at) =>
        Vector128
            .NarrowWithSaturation(Vector128.LoadUnsafe(ref source, at), Vector128.LoadUnsafe(ref source, at + (BlockLength / 2)))
            .StoreUnsafe(ref target, at);
}
