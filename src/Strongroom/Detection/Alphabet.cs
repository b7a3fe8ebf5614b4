using System.Buffers;

namespace Strongroom.Detection;

/// <summary>The characters that a run of a credential is made of.</summary>
internal sealed class Alphabet(string characters)
{
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Letters = Capitals + "abcdefghijklmnopqrstuvwxyz";
    private const string Numerals = "0123456789";

    private readonly SearchValues<char> _values = SearchValues.Create(characters);

    internal static Alphabet Digits { get; } = new(Numerals);

    internal static Alphabet Upper { get; } = new(Capitals + Numerals);

    internal static Alphabet Word { get; } = new(Letters + Numerals);

    internal static Alphabet Hex { get; } = new(Numerals + "abcdefABCDEF");

    internal static Alphabet Name { get; } = new(Letters + Numerals + "_");

    internal static Alphabet Url { get; } = new(Letters + Numerals + "_-");

    internal static Alphabet Dotted { get; } = new(Letters + Numerals + "_-.");

    internal static Alphabet Base64 { get; } = new(Letters + Numerals + "+/=_-");

    /// <summary>RFC 6750's token68.</summary>
    internal static Alphabet Bearer { get; } = new(Letters + Numerals + "-._~+/=");

    /// <summary>What follows the host in a URL, without the signs that prose puts around one.</summary>
    internal static Alphabet Path { get; } = new(Letters + Numerals + "-._~/?&=%@:+");

    /// <summary>What crypt's hashes are written in, parameters included.</summary>
    internal static Alphabet Crypt { get; } = new(Letters + Numerals + "./+=,$-_");

    internal string Characters => characters;

    /// <summary>The length of the run that begins at <paramref name="text"/>'s start.</summary>
    internal int RunAt(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExcept(_values);
        return length < 0 ? text.Length : length;
    }

    /// <summary>
    /// The length of the run that <paramref name="text"/> ends with, counted up to <paramref name="most"/> + 1.
    /// </summary>
    internal int RunBefore(ReadOnlySpan<char> text, int most)
    {
        var length = 0;
        while (length <= most && length < text.Length && _values.Contains(text[^(length + 1)]))
            length++;
        return length;
    }
}
