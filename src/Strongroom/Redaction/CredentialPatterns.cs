using System.Buffers;
using System.Numerics;

namespace Strongroom.Redaction;

/// <summary>
/// Finds what has the shape of a credential, whoever it belongs to. The list is short and each shape precise, because a line that
/// hides innocent text is a line nobody trusts:
/// <list type="bullet">
/// <item><c>api_key=…</c>, <c>Password = …</c>, <c>"client_secret": "…"</c>, <c>X-Api-Key: …</c>:
/// <see cref="NamedCredential"/></item>
/// <item><c>Bearer …</c>, in any case, before 8 characters with a digit among them or 24 without</item>
/// <item><c>sk-…</c> and <c>pk-…</c>, 16 characters or more with a digit among them</item>
/// <item>Alpaca ids: <c>PK</c> or <c>AK</c> and 16 to 24 capitals and digits with a digit among them, standing alone; AWS access
/// key ids look the same</item>
/// <item>the password of <c>scheme://user:password@host</c></item>
/// </list>
/// </summary>
internal static class CredentialPatterns
{
    private static readonly SearchValues<char> s_token = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="
    );

    private static readonly SearchValues<char> s_key = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    );
    private static readonly SearchValues<char> s_capitals = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static readonly SearchValues<char> s_authorityEnd = SearchValues.Create("/?#\\\"'<> \t\r\n");

    /// <summary>Adds every part of <paramref name="text"/> that has a known shape; allocates only when there is one.</summary>
    internal static void Find(ReadOnlySpan<char> text, ref List<RedactedRange>? parts)
    {
        // Up to here the text is covered by a shape that was found.
        var covered = 0;
        for (var block = 0; block < text.Length; block += ShapeAnchors.BlockLength)
        {
            for (var anchors = ShapeAnchors.In(text, block); anchors != 0; anchors &= anchors - 1)
            {
                var at = block + BitOperations.TrailingZeroCount(anchors);
                if (at < covered || At(text, at) is not { End: > 0 } found || found.End == found.Start)
                    continue;
                (parts ??= []).Add(found);
                covered = found.End;
            }
        }
    }

    private static RedactedRange At(ReadOnlySpan<char> text, int anchor) =>
        text[anchor] switch
        {
            '-' => PrefixedKey(text, anchor),
            'K' => AlpacaId(text, anchor),
            '=' => NamedCredential.At(text, anchor),
            ':' when text[anchor..].StartsWith("://") => UrlPassword(text, anchor + 3),
            ':' => NamedCredential.At(text, anchor),
            _ => Bearer(text, anchor),
        };

    private static RedactedRange Bearer(ReadOnlySpan<char> text, int at)
    {
        const string Word = "bearer ";
        if (at + 1 >= text.Length || (text[at + 1] | ' ') != 'e')
            return default;
        if (
            !text[at..].StartsWith(Word, StringComparison.OrdinalIgnoreCase)
            || (at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]))
        )
            return default;
        var start = at + Word.Length;
        while (start < text.Length && text[start] == ' ')
            start++;
        var token = Run(text, start, s_token);
        return token.Length >= 24 || (token.Length >= 8 && token.ContainsAnyInRange('0', '9'))
            ? new RedactedRange(start, start + token.Length)
            : default;
    }

    private static RedactedRange PrefixedKey(ReadOnlySpan<char> text, int at)
    {
        if (at < 2 || text[at - 1] != 'k' || text[at - 2] is not ('s' or 'p') || (at > 2 && s_key.Contains(text[at - 3])))
            return default;
        var key = Run(text, at + 1, s_key);
        return key.Length >= 16 && key.ContainsAnyInRange('0', '9') ? new RedactedRange(at - 2, at + 1 + key.Length) : default;
    }

    private static RedactedRange AlpacaId(ReadOnlySpan<char> text, int at)
    {
        if (at < 1 || text[at - 1] is not ('P' or 'A') || (at > 1 && IsWord(text[at - 2])))
            return default;
        var id = Run(text, at + 1, s_capitals);
        var end = at + 1 + id.Length;
        // A digit, or AKTIENGESELLSCHAFT is an id.
        return id.Length is >= 16 and <= 24 && id.ContainsAnyInRange('0', '9') && (end == text.Length || !IsWord(text[end]))
            ? new RedactedRange(at - 1, end)
            : default;
    }

    private static RedactedRange UrlPassword(ReadOnlySpan<char> text, int start)
    {
        var rest = text[start..];
        var length = rest.IndexOfAny(s_authorityEnd);
        var authority = length < 0 ? rest : rest[..length];
        var at = authority.LastIndexOf('@');
        if (at < 0)
            return default;
        var colon = authority[..at].IndexOf(':');
        return colon < 0 || NamedCredential.IsPlaceholder(authority[(colon + 1)..at])
            ? default
            : new RedactedRange(start + colon + 1, start + at);
    }

    private static ReadOnlySpan<char> Run(ReadOnlySpan<char> text, int start, SearchValues<char> allowed)
    {
        var rest = text[start..];
        var length = rest.IndexOfAnyExcept(allowed);
        return length < 0 ? rest : rest[..length];
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
