using System.Buffers;

namespace Strongroom.Cli.Migration;

/// <summary>
/// Texts that no person typed. A false positive costs a line in the backend; a false negative is committed with the template.
/// </summary>
internal static class RandomText
{
    private const int Shortest = 20;
    private const int ShortestHex = 32;
    private const int ShortestKey = 16;

    private static readonly SearchValues<char> s_token = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"
    );
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Capitals, small letters and digits in one long word, or a long hexadecimal number.</summary>
    internal static bool Looks(ReadOnlySpan<char> text) =>
        (
            text.Length >= ShortestHex
            && !text.ContainsAnyExcept(s_hex)
            && text.ContainsAnyInRange('0', '9')
            && text.IndexOfAnyExcept(text[0]) >= 0
        )
        || (
            text.Length >= Shortest
            && text[0] != '/'
            && !text.ContainsAnyExcept(s_token)
            && text.ContainsAnyInRange('A', 'Z')
            && text.ContainsAnyInRange('a', 'z')
            && text.ContainsAnyInRange('0', '9')
        );

    /// <summary>A variable's name that is a value: a key of base64 whose <c>=</c> passes for an assignment.</summary>
    internal static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var range in name.SplitAny("_.-"))
        {
            var word = name[range];
            var groups = 0;
            for (var i = 0; i < word.Length; i++)
                groups += char.IsAsciiDigit(word[i]) && (i == 0 || !char.IsAsciiDigit(word[i - 1])) ? 1 : 0;
            if (IsMixed(word) || (word.Length >= Shortest && groups >= 3))
                return true;
        }
        return false;
    }

    /// <summary>
    /// A long word of which three characters in ten or more are capitals and as many are small letters. One key in some thousand
    /// has no digits; names in Pascal case have fewer capitals.
    /// </summary>
    internal static bool IsMixed(ReadOnlySpan<char> word)
    {
        var (upper, lower) = (0, 0);
        foreach (var c in word)
        {
            upper += char.IsUpper(c) ? 1 : 0;
            lower += char.IsLower(c) ? 1 : 0;
        }
        return word.Length >= Shortest && 10 * Math.Min(upper, lower) >= 3 * word.Length;
    }

    /// <summary>A long word as the value of a name that ends in KEY.</summary>
    internal static bool IsKey(string variable, ReadOnlySpan<char> text) =>
        variable.EndsWith("KEY", StringComparison.OrdinalIgnoreCase)
        && text.ContainsAnyInRange('0', '9')
        && text.Length >= ShortestKey
        && !text.ContainsAnyExcept(s_token);
}
