using System.Buffers;

namespace Strongroom.Detection;

/// <summary>
/// A credential after its name: <c>api_key=…</c> in a query, <c>Account Key=…</c> in a connection string,
/// <c>Password = …</c> in a record's text, <c>"password": "…"</c> in JSON, also inside a JSON text, and
/// <c>X-Api-Key: …</c>.
/// </summary>
/// <remarks>
/// A key after a <c>/</c> is a secret's name (<c>db/password: version 3</c>), and what follows it is not a value. After an
/// unquoted <c>:</c>, as in prose ("wrong password: try again"), a value needs 8 characters and a digit. After a bare
/// <c>token=</c>, where a type's name or a number of tokens is as likely, it needs 16 characters and a digit.
/// </remarks>
internal sealed record NamedValue(string Description, string Source) : CredentialForm(Description, Source)
{
    private const int LongestName = 40;

    private static readonly SearchValues<char> s_end = SearchValues.Create(" \t\r\n;&\"'");

    private static readonly SearchValues<char> s_hole = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-:@"
    );

    /// <summary>The name's last letters or what may stand between it and the separator, and the separator.</summary>
    internal override string[] Anchors =>
        [.. SensitiveKey.Endings.Concat([" ", "\"", "'", "2"]).SelectMany(static end => new[] { end + "=", end + ":" })];

    internal override bool IgnoresCase => true;

    internal override bool TryMatch(ReadOnlySpan<char> text, int anchor, out DetectedCredential found)
    {
        found = default;
        var separator = anchor + Anchor.Length - 1;
        var key = KeyBefore(text, separator, out var quoted);
        var kind = KindOf(text, key, isAssigned: text[separator] == '=');
        if (kind == SensitiveKeyKind.None || (text[separator] == '=' && IsOperator(text, separator)))
            return false;

        var start = separator + 1;
        while (start < text.Length && text[start] is ' ' or '\t')
            start++;
        var quote = Quote.At(text, start);
        var value = quote.Length > 0 ? quote.Inside(text, start + quote.Length) : Unquoted(text[start..]);
        start += quote.Length;
        if (IsPlaceholder(value) || (kind == SensitiveKeyKind.Folder && value is ['/' or '~', ..]))
            return false;

        var least =
            kind == SensitiveKeyKind.Token ? 16
            : text[separator] == ':' && !quoted ? 8
            : 0;
        if (least > 0 && (value.Length < least || !value.ContainsAnyInRange('0', '9') || value.TrimEnd('=').Contains('=')))
            return false;
        found = new DetectedCredential(Description, CredentialEvidence.NamedValue, start, value.Length);
        return true;
    }

    /// <summary>
    /// What takes a value's place without being one: the mask, a template's placeholder, a word that says there is none.
    /// </summary>
    internal static bool IsPlaceholder(ReadOnlySpan<char> value)
    {
        value = value.TrimEnd(",.)]");
        return value.IsEmpty
            || value.StartsWith(SecretValue.Mask)
            || IsHole(value)
            || value is "true" or "false" or "True" or "False" or "null" or "none" or "None";
    }

    private static bool IsHole(ReadOnlySpan<char> value)
    {
        if (value is ['$', '{', ..])
            value = value[1..];
        return value is ['{', _, .., '}'] or ['<', _, .., '>'] && !value[1..^1].ContainsAnyExcept(s_hole);
    }

    private static bool IsOperator(ReadOnlySpan<char> text, int at) =>
        (at + 1 < text.Length && text[at + 1] is '=' or '>') || (at > 0 && text[at - 1] is '=' or '!' or '<' or '>');

    /// <summary>Connection strings have names of two words, of which the last alone says nothing.</summary>
    private static SensitiveKeyKind KindOf(ReadOnlySpan<char> text, Range key, bool isAssigned)
    {
        var (start, length) = key.GetOffsetAndLength(text.Length);
        var kind = SensitiveKey.KindOf(text.Slice(start, length));
        if (
            kind is not (SensitiveKeyKind.None or SensitiveKeyKind.Token)
            || !isAssigned
            || length == 0
            || start == 0
            || text[start - 1] != ' '
        )
            return kind;
        var first = StartOfWord(text[..(start - 1)]);
        var both = IsPath(text, first) ? SensitiveKeyKind.None : SensitiveKey.KindOf(text[first..(start + length)]);
        return both == SensitiveKeyKind.None ? kind : both;
    }

    /// <summary>Where the key is; empty where it is the last part of a path.</summary>
    private static Range KeyBefore(ReadOnlySpan<char> text, int separator, out bool quoted)
    {
        var before = text[..separator].TrimEnd(' ');
        var quote = Quote.Before(before);
        quoted = quote > 0;
        before = before[..^quote];
        var start = StartOfWord(before);
        return IsPath(text, start) ? default : start..before.Length;
    }

    /// <summary>Where the word begins that the text ends with.</summary>
    private static int StartOfWord(ReadOnlySpan<char> text)
    {
        var start = text.Length;
        // The limit reaches over every name in the list and spares a walk through long text.
        while (
            start > 0
            && text.Length - start < LongestName
            && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '-')
        )
            start--;
        return start;
    }

    private static bool IsPath(ReadOnlySpan<char> text, int key) => key > 0 && text[key - 1] == '/';

    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> rest)
    {
        var length = rest.IndexOfAny(s_end);
        return length < 0 ? rest : rest[..length];
    }
}
