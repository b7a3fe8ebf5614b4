namespace Strongroom.Detection;

/// <summary>
/// Three bytes that each text of a form contains, by which <see cref="AnchorFilter"/> finds positions to examine. The first is
/// the lowest byte. Only the bits of <paramref name="Mask"/> count.
/// </summary>
/// <param name="Value">The bytes.</param>
/// <param name="Mask">The bits of them that count.</param>
internal readonly record struct Anchor(uint Value, uint Mask)
{
    internal const int Length = 3;

    private const uint EveryBit = 0xFF;
    private const uint EveryBitButCase = 0xDF;

    internal bool IsAnyFirst => (Mask & EveryBit) == 0;

    internal bool IsExact => Mask == 0xFFFFFF;

    internal char Last => (char)(Value >> 16);

    /// <summary>The last three characters, or two characters after any other one.</summary>
    internal static Anchor Of(ReadOnlySpan<char> characters, bool ignoreCase = false)
    {
        var (value, mask) = (0u, 0u);
        for (var at = 1; at <= Math.Min(Length, characters.Length); at++)
        {
            var (c, place) = (characters[^at], 8 * (Length - at));
            var bits = ignoreCase && char.IsAsciiLetter(c) ? EveryBitButCase : EveryBit;
            mask |= bits << place;
            value |= (c & bits) << place;
        }
        return new Anchor(value, mask);
    }

    /// <summary>Whether three bytes are the anchor, whatever the byte above them.</summary>
    internal bool Is(uint bytes) => (bytes & Mask) == Value;

    /// <summary>Whether half a byte may hold these bits; the lowest half is 0.</summary>
    internal bool Allows(int half, uint bits) => (bits & (Mask >> (4 * half)) & 0xF) == ((Value >> (4 * half)) & 0xF);
}
