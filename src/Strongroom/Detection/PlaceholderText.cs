using System.Text.RegularExpressions;

namespace Strongroom.Detection;

/// <summary>
/// What templates hold in place of a value: <c>your_api_key_here</c>, <c>changeme</c>, <c>&lt;token&gt;</c>, <c>xxx</c>.
/// </summary>
internal static partial class PlaceholderText
{
    private const int Longest = 96;

    internal static bool Is(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        return text.Length <= Longest && !HasDefault(text) && (NamedValue.IsPlaceholder(text) || Placeholder().IsMatch(text));
    }

    /// <summary><c>${NAME:-value}</c> and similar references hold a value as their default.</summary>
    private static bool HasDefault(ReadOnlySpan<char> text) => text.StartsWith("${") && text.IndexOfAny('-', '=', '+') > 0;

    /// <summary>
    /// Text in brackets; an unresolved reference; an imperative (change me, replace with …, enter …); "your … key";
    /// "… here"; a word for "not yet"; one character repeated, also after a prefix; the examples of AWS's documentation.
    /// </summary>
    [GeneratedRegex(
        """
            ^(?:
              <[A-Za-z][\w .:@/-]*> | \[[A-Za-z][A-Za-z_ -]*\] | \{\{[\w .$|-]*\}\} | \$\{[^}]*\} | \{[A-Za-z][\w .-]*\}
                | \$\([\w.-]*\) | \$[A-Z]+(?:_[A-Z0-9]+)+ | %[A-Z][A-Z_]+% | __[A-Z][A-Z_]*__
              | (?:please[-_ ]?)?change[-_ ]?(?:me|it|this|in[-_ ]?production)(?:[-_ ][a-z]{2,12}){0,4}(?:[!.]{0,3}|1|12|123|1234)
              | (?:replace|insert|enter|put|add|paste|fill|set|use|generate|type|provide)[-_ ]?(?:me|in|it|this|with|by|your|a
                |an|the|real|own|value|here|later)(?:[-_ ][a-z]{1,14}){0,6}[!.]{0,3}
              | (?:your|my|some|any)[-_ ]?(?:[a-z]{1,14}[-_ ]?){0,5}(?:key|token|secret|password|passwd|pass|pwd|user|username
                |name|email|domain|host|id|here|value|url|dsn|string|account|bucket|project|webhook)(?:[-_ ]here)?
              | (?:[a-z]{2,14}[-_ ]){1,5}(?:here|goes[-_ ]here|placeholder|to[-_ ]be[-_ ](?:set|filled|replaced|changed))
              | (?:put|insert|add)_?[a-z_]+_?here
              | todo | tbd | fixme | fill[-_ ]?me | dummy | placeholder | example | sample | redacted | masked | hidden
                | removed | generate(?:d)? | unset | undefined | null | nil | none | n/a | not[-_ ]?set
              | (?:dummy|fake|example|sample|placeholder)[-_ ](?:[a-z]{2,14}[-_ ]?){1,4}
              | [a-z]{0,6}[-_.]?(?:[a-z]{2,6}[-_])?(?:x{3,}|\*{3,}|\.{3,}|…+|\#{3,}|\?{3,}|-{3,}|_{3,})(?:[-_.]?(?:x+|\*+))*
              | (?:AKIA|ASIA)[A-Z0-9]{9}EXAMPLE | [A-Za-z0-9/+]{33}EXAMPLEKEY
            )$
            """,
        RegexOptions.IgnorePatternWhitespace
            | RegexOptions.CultureInvariant
            | RegexOptions.IgnoreCase
            | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Placeholder();
}
