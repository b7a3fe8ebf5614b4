namespace Strongroom.Detection;

/// <summary>
/// Three bytes that each text of a form holds, by which <see cref="AnchorFilter"/> finds where to look closer. The first is the
/// lowest byte; of a byte only the bits of <paramref name="Mask"/> count.
/// </summary>
/// <param name="Value">The bytes.</param>
/// <param name="Mask">The bits of them that count.</param>
internal readonly record struct Anchor(uint Value, uint Mask)
{
    internal const int Length = 3;

    private const uint EveryBit = 0xFF;
    private const uint EveryBitButCase = 0xDF;

    /// <summary>Three characters, where a <c>?</c> is any one.</summary>
    internal static Anchor Of(ReadOnlySpan<char> characters, bool ignoreCase = false)
    {
        var (value, mask) = (0u, 0u);
        for (var at = 0; at < Length; at++)
        {
            var bits =
                characters[at] == '?' ? 0
                : ignoreCase && char.IsAsciiLetter(characters[at]) ? EveryBitButCase
                : EveryBit;
            mask |= bits << (8 * at);
            value |= (characters[at] & bits) << (8 * at);
        }
        return new Anchor(value, mask);
    }

    /// <summary>Whether a byte may stand at one of the three places.</summary>
    internal bool Allows(int place, uint b) =>
        ((b << (8 * place)) & Mask & (EveryBit << (8 * place))) == (Value & (EveryBit << (8 * place)));
}
