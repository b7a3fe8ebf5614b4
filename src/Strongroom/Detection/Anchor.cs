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

    /// <summary>Whether one of the three places may hold a byte.</summary>
    internal bool Allows(int place, uint b) =>
        ((b << (8 * place)) & Mask & (EveryBit << (8 * place))) == (Value & (EveryBit << (8 * place)));

    /// <summary>What the last two bytes may be, the second one lowest.</summary>
    internal IEnumerable<ushort> LastTwo()
    {
        var anchor = this;
        return from second in Enumerable.Range(0, byte.MaxValue + 1)
            where anchor.Allows(1, (uint)second)
            from third in Enumerable.Range(0, byte.MaxValue + 1)
            where anchor.Allows(2, (uint)third)
            select (ushort)(second | (third << 8));
    }
}
