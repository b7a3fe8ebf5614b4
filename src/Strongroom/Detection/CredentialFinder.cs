using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strongroom.Detection;

/// <summary>
/// Finds in a text what <see cref="CredentialPatterns"/> lists. It sees every line of a log, so it allocates only for a find.
/// </summary>
/// <remarks>
/// A caller that searches often keeps the instance: reading a static field costs a check in code that is compiled ahead of time.
/// </remarks>
internal sealed class CredentialFinder
{
    private const int ChunkLength = 512;

    private readonly AnchorFilter _filter = new(CredentialPatterns.All);

    private CredentialFinder() { }

    internal static CredentialFinder Default { get; } = new();

    /// <summary>Adds every credential in <paramref name="text"/>, in the order of their anchors.</summary>
    [SkipLocalsInit]
    internal void Find(ReadOnlySpan<char> text, ref List<DetectedCredential>? found)
    {
        // One byte before the chunk, for anchors whose first byte is any, and a block after it.
        Span<byte> bytes = stackalloc byte[1 + ChunkLength + AnchorFilter.BlockLength];
        // Up to here the text is covered by what was found.
        var covered = -1;
        for (var chunk = 0; chunk < text.Length; chunk += ChunkLength)
        {
            var rest = text[chunk..];
            var blocks = (Math.Min(rest.Length, ChunkLength) + AnchorFilter.BlockLength - 1) / AnchorFilter.BlockLength;
            bytes[0] = chunk == 0 ? byte.MaxValue : (byte)Math.Min(text[chunk - 1], byte.MaxValue);
            var behind = bytes.Slice(1, (blocks + 1) * AnchorFilter.BlockLength);
            AnchorFilter.Narrow(rest[..Math.Min(rest.Length, behind.Length)], behind);
            FindInChunk(text, chunk - 1, blocks, bytes, ref covered, ref found);
        }
    }

    private void FindInChunk(
        ReadOnlySpan<char> text,
        int start,
        int blocks,
        Span<byte> bytes,
        ref int covered,
        ref List<DetectedCredential>? found
    )
    {
        var tables = _filter.Tables;
        var (lower0, upper0, lower1, upper1, lower2, upper2) = (tables[0], tables[1], tables[2], tables[3], tables[4], tables[5]);
        ref var first = ref MemoryMarshal.GetReference(bytes);
        for (var block = 0; block < blocks * AnchorFilter.BlockLength; block += AnchorFilter.BlockLength)
        {
            var places = AnchorFilter.Candidates(
                lower0,
                upper0,
                lower1,
                upper1,
                lower2,
                upper2,
                ref Unsafe.Add(ref first, block)
            );
            for (; places != 0; places &= places - 1)
            {
                var place = block + BitOperations.TrailingZeroCount(places);
                if (start + place < covered)
                    continue;
                // Four bytes are read; no mask includes the last one.
                var read = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, place));
                if (!_filter.MayMatch(read) || !_filter.TryMatch(read, text, start + place, out var credential))
                    continue;
                (found ??= []).Add(credential);
                covered = Math.Max(covered, credential.End);
            }
        }
    }
}
