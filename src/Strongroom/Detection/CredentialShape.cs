using System.Buffers;

namespace Strongroom.Detection;

/// <summary>
/// How one issuer writes its credentials: a prefix that nobody else uses, then so many characters of one alphabet.
/// </summary>
/// <param name="Name">What it is, for a person.</param>
/// <param name="Prefix">What it begins with.</param>
/// <param name="Alphabet">What follows.</param>
/// <param name="Shortest">The fewest characters behind the prefix.</param>
/// <param name="Longest">The most.</param>
/// <param name="Source">Where the issuer, or who scans for it, says so.</param>
internal sealed record CredentialShape(
    string Name,
    string Prefix,
    SearchValues<char> Alphabet,
    int Shortest,
    int Longest,
    string Source
)
{
    /// <summary>How long the credential is that begins here, or 0. It must not be part of a longer word.</summary>
    internal int LengthAt(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        if (!rest.StartsWith(Prefix, StringComparison.Ordinal) || (at > 0 && char.IsAsciiLetterOrDigit(text[at - 1])))
            return 0;
        rest = rest[Prefix.Length..];
        var length = rest.IndexOfAnyExcept(Alphabet) is >= 0 and var end ? end : rest.Length;
        // A real one has both signs of chance: a word of letters alone is prose.
        return length >= Shortest && length <= Longest && rest[..length].ContainsAnyInRange('0', '9')
            ? Prefix.Length + length
            : 0;
    }
}
