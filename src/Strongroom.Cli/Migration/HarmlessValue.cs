using System.Buffers;
using System.Text.RegularExpressions;
using Strongroom.Detection;

namespace Strongroom.Cli.Migration;

/// <summary>
/// Says what a value is if anyone may read it. It knows what is harmless and nothing else; null means that a person decides.
/// </summary>
internal static partial class HarmlessValue
{
    /// <summary>The reason given for an ordinary value.</summary>
    internal const string Ordinary = "looks like no secret";

    /// <summary>What is between the strings of JSON.</summary>
    private static readonly SearchValues<char> s_json = SearchValues.Create(" \t\r\n{}[],:0123456789.-+truefalsnE");

    private const int Longest = 2048;
    private const int LongestChosen = 64;
    private const int DeepestList = 2;

    /// <summary>
    /// What the value is, or null. The caller has already looked for a credential, a password in a URL and a declared secret.
    /// </summary>
    internal static string? Find(string variable, ReadOnlySpan<char> value) =>
        Find(new VariableMeaning(variable), value.Trim(), 0);

    /// <summary>A number with or without its unit, small enough for a size or a time.</summary>
    internal static bool IsSize(ReadOnlySpan<char> value) => value.Length <= 12 && Number().IsMatch(value);

    private static string? Find(VariableMeaning meaning, ReadOnlySpan<char> value, int depth)
    {
        if (value.Length is 0 or > Longest)
            return null;
        if (Reference().IsMatch(value))
            return "refers to a secret stored elsewhere";
        if (meaning.IsProse && Tells().IsMatch(value))
            return null;
        if (meaning.IsCertain)
            return value is "true" or "false" ? Ordinary : null;
        return Scalar(meaning, value)
            ?? LookAlike.Find(meaning, value)
            ?? PlainAddress.Find(meaning, value)
            ?? (depth < DeepestList ? OfParts(meaning, value, depth) : null)
            ?? Chosen(meaning, value);
    }

    private static string? Scalar(VariableMeaning meaning, ReadOnlySpan<char> value)
    {
        if (HarmlessWords.Contains(value))
            return Ordinary;
        var digits = 0;
        foreach (var c in value)
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        // With a name that may be a secret's, a number counts as a size or a time only if it is no longer than those.
        if (
            digits
                <= (
                    meaning.IsHinted ? 5
                    : meaning.IsIdentifier ? 20
                    : 12
                )
            && Number().IsMatch(value)
        )
            return Ordinary;
        return Notation().IsMatch(value) ? Ordinary : null;
    }

    /// <summary>A list, pairs of name and value, or JSON: as harmless as each of its parts.</summary>
    private static string? OfParts(VariableMeaning meaning, ReadOnlySpan<char> value, int depth)
    {
        if (value[0] is '{' or '[')
            return IsJson(meaning, value, depth) ? Ordinary : null;
        if (value.IndexOfAny(",;") < 0 && value.IndexOfAny(' ', '|') < 0)
            return IsPair(value, depth) ? Ordinary : null;
        var separators = value.IndexOfAny(",;") >= 0 ? ",;" : " |";
        foreach (var range in value.SplitAny(separators))
        {
            var part = value[range].Trim();
            if (part.Length > 0 && !IsPair(part, depth) && Find(meaning, part, depth + 1) is null)
                return null;
        }
        return Ordinary;
    }

    private static bool IsPair(ReadOnlySpan<char> part, int depth)
    {
        var equals = part.IndexOf('=');
        return equals > 0
            && equals < part.Length - 1
            && PlainWord.IsChain(part[..equals].TrimEnd(), "-_. ", LongestChosen)
            && !new CredentialName(part[..equals].Trim().ToString()).NamesCredential()
            && Find(new VariableMeaning(part[..equals].Trim().ToString()), part[(equals + 1)..].Trim(), depth + 1) is not null;
    }

    private static bool IsJson(VariableMeaning meaning, ReadOnlySpan<char> value, int depth)
    {
        var at = 0;
        var key = meaning;
        foreach (var found in Text().EnumerateMatches(value))
        {
            if (value[at..found.Index].ContainsAnyExcept(s_json))
                return false;
            at = found.Index + found.Length;
            var text = value.Slice(found.Index + 1, found.Length - 2);
            if (value[at..].TrimStart() is [':', ..])
            {
                if (!PlainWord.IsChain(text, "-_. ", LongestChosen) || new CredentialName(text.ToString()).NamesCredential())
                    return false;
                key = new VariableMeaning(text.ToString());
            }
            else if (text.Length > 0 && Find(key, text, depth + 1) is null)
            {
                return false;
            }
        }
        return !value[at..].ContainsAnyExcept(s_json);
    }

    /// <summary>Plain words, if the name says that a person chose them to be read.</summary>
    private static string? Chosen(VariableMeaning meaning, ReadOnlySpan<char> value) =>
        meaning.IsHinted ? null
        : meaning.IsChosen && PlainWord.IsChain(value, "-_./:@\\+", LongestChosen) ? Ordinary
        : meaning.IsProse && value.Length <= 256 && PlainWord.IsChain(value, " -_.,:;!?'\"()/&+<>@\\", 256) ? Ordinary
        : null;

    /// <summary>A place in another store, a file of secrets, a variable.</summary>
    [GeneratedRegex(
        """
            ^(?:op://[\w .-]+(?:/[\w .-]+){1,3} | vault:[\w/.-]+(?:\#[\w.-]+)? | secretref://[\w/.-]+ | (?:azurekv
                |gcp-?secrets?|awssm|ssm|doppler)://?[\w/.-]+
              | arn:aws[\w-]*:(?:secretsmanager|ssm):[\w-]*:\d*:[\w/!.:-]+ | projects/[\w-]+/secrets/[\w-]+(?:/versions/\w+)?
              | (?:file://)?/(?:run|var/run)/secrets/[A-Za-z_.-]+(?:/[A-Za-z_.-]+)* )$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Reference();

    /// <summary>Whole, decimal, with a sign, a unit, a percent sign, as a range; an octal mode; 00:05:00.</summary>
    [GeneratedRegex(
        @"^[+-]?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\s?(?:ns|us|µs|ms|s|sec|secs|seconds?|m|min|mins|minutes?|h"
            + @"|hours?|d|days?|w|weeks?|[kKMGT]i?[bB]?|[bB]|bytes?|%|px|rpm|rps|qps|x|bps)?$"
            + @"|^\d{1,8}\s?[-/:x]\s?\d{1,8}$|^\d{1,3}(?::\d{2}){1,2}(?:\.\d+)?$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Number();

    /// <summary>
    /// A version, a date or time, a cron line, a locale, a time zone, a colour, a media type, a cloud's region, an instance's
    /// type, an ISO duration.
    /// </summary>
    [GeneratedRegex(
        """
            ^(?: [vV]?\d{1,5}(?:\.\d{1,8}){1,3}(?:[-+.][0-9A-Za-z]{1,12}){0,4}
              | [vV]\d{1,4} | \d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)? | \d{1,2}:\d{2}
              | @(?:yearly|annually|monthly|weekly|daily|hourly|reboot) | (?:[\d*/,?LW\#-]
                |[A-Z]{3}){1,20}(?:\ (?:[\d*/,?LW\#-]|[A-Z]{3}){1,20}){4,5}
              | [a-z]{2,3}[_-][A-Z][A-Za-z]{1,3}(?:\.(?:UTF-8|utf8))? | C\.UTF-8
                | [A-Z][A-Za-z]{2,13}/[A-Z][A-Za-z_]{2,20}(?:/[A-Z][A-Za-z_]{2,20})?
              | \#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})? | (?:application|text|image|audio|video|multipart)/[a-z0-9.+*-]{1,40}
              | (?:us|eu|ap|sa|ca|me|af|cn|il|mx)(?:-gov|-iso)?-(?:north|south|east|west|central|northeast|southeast|northwest
                |southwest)+-?\d?(?:[a-f]|-[a-f])? | (?:us|europe|asia|australia)-?[a-z]+\d(?:-[a-f])?
              | [a-z]{1,3}\d[a-z]{0,3}\.(?:nano|micro|small|medium|large|\d{0,2}xlarge|metal)
                | P(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)? | [0-7]{3,4} | \* | \d{1,3}(?:\.\d{1,3}){3}/\d{1,2}
                | [0-9a-fA-F:]{2,40}::?/\d{1,3}
            )$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Notation();

    /// <summary>Prose that goes on to say what a password is.</summary>
    [GeneratedRegex(
        @"\b(?:pass(?:word|wd|phrase|code)?|pwd?|pin|token|secret|key|login)\s*(?:is|was|=|:|->|→)\s*\S",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Tells();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Text();
}
