using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Strongroom.Detection;

/// <summary>
/// Finds in a text what <see cref="CredentialPatterns"/> lists. It looks at every line of a log, so it allocates only for a find.
/// </summary>
/// <remarks>Whoever searches often keeps the instance: reading a static field costs a check in code that is compiled ahead of
/// time.</remarks>
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
        Span<byte> bytes = stackalloc byte[ChunkLength + AnchorFilter.BlockLength];
        // Up to here the text is covered by what was found.
        var covered = 0;
        for (var chunk = 0; chunk < text.Length; chunk += ChunkLength)
        {
            var rest = text[chunk..];
            var positions = Math.Min(rest.Length, ChunkLength);
            var blocks = (positions + AnchorFilter.BlockLength - 1) / AnchorFilter.BlockLength;
            var read = bytes[..((blocks + 1) * AnchorFilter.BlockLength)];
            AnchorFilter.Narrow(rest[..Math.Min(rest.Length, read.Length)], read);
            FindInChunk(text, chunk, positions, read, ref covered, ref found);
        }
    }

    private void FindInChunk(
        ReadOnlySpan<char> text,
        int chunk,
        int positions,
        Span<byte> bytes,
        ref int covered,
        ref List<DetectedCredential>? found
    )
    {
        var tables = _filter.Tables;
        ref var first = ref MemoryMarshal.GetReference(bytes);
        for (var block = 0; block < positions; block += AnchorFilter.BlockLength)
        {
            var groups = AnchorFilter.GroupsAt(tables, ref Unsafe.Add(ref first, block));
            if (groups == Vector128<byte>.Zero)
                continue;
            for (
                var hits = ~Vector128.Equals(groups, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;
                hits != 0;
                hits &= hits - 1
            )
            {
                var place = BitOperations.TrailingZeroCount(hits);
                var at = chunk + block + place;
                if (at < covered || at >= text.Length)
                    continue;
                var three = bytes.Slice(block + place, Anchor.Length);
                if (
                    !_filter.TryMatch(
                        groups.GetElement(place),
                        text,
                        at,
                        (uint)(three[0] | (three[1] << 8) | (three[2] << 16)),
                        out var credential
                    )
                )
                    continue;
                (found ??= []).Add(credential);
                covered = Math.Max(covered, credential.End);
            }
        }
    }
}
