using System.Numerics;
using System.Runtime.CompilerServices;

namespace Strongroom.Detection;

/// <summary>
/// Finds in a text what <see cref="CredentialPatterns"/> lists. It sees every line of a log, so it allocates only for a find.
/// </summary>
/// <remarks>
/// A caller that searches often keeps the instance: reading a static field costs a check in code that is compiled ahead of time.
/// </remarks>
internal sealed class CredentialFinder
{
    private readonly AnchorFilter _filter = new(CredentialPatterns.All);

    private CredentialFinder() { }

    internal static CredentialFinder Default { get; } = new();

    /// <summary>Adds every credential in <paramref name="text"/>, in the order of their anchors.</summary>
    [SkipLocalsInit]
    internal void Find(ReadOnlySpan<char> text, ref List<DetectedCredential>? found)
    {
        Span<byte> buffer = stackalloc byte[ByteChunk.BufferLength];
        for (var start = 0; start < text.Length; start += ByteChunk.Longest)
            Find(new ByteChunk(text, start, buffer), ref found);
    }

    /// <summary>Adds every credential that has its anchor in <paramref name="chunk"/>, after those of the chunk before.</summary>
    internal void Find(scoped in ByteChunk chunk, ref List<DetectedCredential>? found)
    {
        // Up to here the text is covered by what was found.
        var covered = found is [.., var latest] ? latest.End : -1;
        var (lower0, upper0) = (_filter.Table(0), _filter.Table(1));
        var (lower1, upper1) = (_filter.Table(2), _filter.Table(3));
        var (lower2, upper2) = (_filter.Table(4), _filter.Table(5));
        // An anchor may begin one byte early, where its first byte may be any.
        ref var first = ref chunk.Before;
        for (var block = 0; block < chunk.Length; block += AnchorFilter.BlockLength)
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
                // Four bytes are read; no mask includes the last one.
                var read = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, place));
                if (!_filter.MayMatch(read))
                    continue;
                var at = chunk.Start - 1 + place;
                if (at < covered || !_filter.TryMatch(read, chunk.Text, at, out var credential))
                    continue;
                (found ??= []).Add(credential);
                covered = credential.End;
            }
        }
    }
}
