using System.Text;
using System.Text.RegularExpressions;
using Strongroom.Detection;

namespace Strongroom.Cli.Migration;

/// <summary>
/// Removes from comments what may be a secret. Prose stays. A commented-out assignment is judged like any other; what follows a
/// word for a credential goes, and so does every word that does not look like one a person wrote. It keeps state between lines,
/// since a key may have several.
/// </summary>
internal sealed partial class CommentScrubber(EntryClassifier classifier)
{
    private const string Placeholder = EnvTemplate.Placeholder;
    private const int LongestWord = 64;
    private const int ShortestKey = 20;
    private const int LongestMasked = 512;
    private const string Around = "\"'`()[]{},.;:!?<>*#…“”‘’";
    private const string Between = "-_./'’,+&~|\\→–";

    /// <summary>What ends a secret of several lines, or null outside of one.</summary>
    private string? _until;

    internal string Scrub(string text)
    {
        var scrubbed = new StringBuilder(text.Length);
        foreach (Match line in Line().Matches(text))
            scrubbed.Append(ScrubLine(line.Groups["text"].Value)).Append(line.Groups["end"].Value);
        return scrubbed.ToString();
    }

    private string ScrubLine(string line)
    {
        var start = line.IndexOf('#', StringComparison.Ordinal);
        if (start < 0)
            return line;
        var body = start + 1;
        while (
            body < line.Length && line[body] is '#' or ' ' or '\t' or '!' or ';' or '-' && !line.AsSpan(body).StartsWith("-----")
        )
            body++;
        // Two signs belong to an option, and what follows its name may be a password.
        if (line.AsSpan(0, body) is [.., not '-', '-', '-'] && !Assignment().IsMatch(line[body..]))
            body -= 2;
        return line[..body] + ScrubBody(line[body..]);
    }

    private string ScrubBody(string text)
    {
        if (_until is { } end)
        {
            _until = text.Contains(end, StringComparison.Ordinal) ? null : end;
            return Placeholder;
        }
        if (text.Contains("-----BEGIN", StringComparison.Ordinal) && !text.Contains("-----END", StringComparison.Ordinal))
        {
            _until = "-----END";
            return Placeholder;
        }
        return Assignment().Match(text) is { Success: true } assignment && !IsKey(assignment)
            ? OfAssignment(assignment)
            : Prose(text);
    }

    /// <summary>
    /// Whether what passes for a name is a key, and the equals sign its padding. A second sign assigns nothing, and a name
    /// without a value is one only if it is made of plain words.
    /// </summary>
    private static bool IsKey(Match assignment)
    {
        var name = assignment.Groups["name"].Value;
        var value = assignment.Groups["value"].ValueSpan;
        return RandomText.Looks(name)
            || RandomText.IsName(name)
            || value.StartsWith('=')
            || (value.IsWhiteSpace() && name.Length >= ShortestKey && !PlainWord.IsChain(name, "_.-", LongestWord));
    }

    private string OfAssignment(Match assignment)
    {
        var (before, value) = (assignment.Groups["before"].Value, assignment.Groups["value"].Value);
        if (value.Length > 0 && value[0] is '"' or '\'' or '`' && value.IndexOf(value[0], 1) < 0)
        {
            _until = value[..1];
            return before + Placeholder;
        }
        var match = Value().Match(value);
        var bare = match.Groups["bare"].Value.Trim('\'', '"', '`');
        // The first word of a phrase may be a placeholder's, and the rest alone is one word too short for a phrase.
        return
            IsReadable(assignment.Groups["name"].Value, bare)
            && IsReadableWhole(assignment.Groups["name"].Value, value)
            && !Phrase().IsMatch(value)
            ? before + match.Groups["bare"].Value + Prose(match.Groups["rest"].Value)
            : before + Placeholder;
    }

    private bool IsReadable(string name, string value) =>
        value.Length == 0 || classifier.IsHarmless(name, Encoding.UTF8.GetBytes(value));

    /// <summary>What looks like a comment after the value may belong to it.</summary>
    private static bool IsReadableWhole(string name, string value) => CredentialDetector.Find($"{name}={value}") is null;

    private static string Prose(string text)
    {
        foreach (var found in CredentialDetector.FindAll(text).Reverse())
            text = $"{text[..found.Start]}{Placeholder}{text[found.End..]}";
        text = Phrase().Replace(text, Placeholder);
        text = Login().Replace(text, login => login.Value[..^login.Groups["rest"].Length] + Placeholder);
        var isAbout = About().Match(text);
        if (
            isAbout.Success
            && About().Match(text) is { Groups: var groups }
            && groups["rest"] is { Success: true, Value: { Length: > 0 } rest }
            && !Everyday().IsMatch(rest)
        )
            return text[..groups["rest"].Index] + Placeholder;
        var afterVerb = false;
        return Word()
            .Replace(text, word =>
            {
                var keep = Keeps(word.Value, isAbout.Success, afterVerb);
                afterVerb = isAbout.Success && word.Value is "is" or "was" or "be" or "->" or "→" or "to" or "of" or "=" or ":";
                return keep ? word.Value : Placeholder;
            });
    }

    private static bool Keeps(string word, bool isAboutCredential, bool isNamed)
    {
        var core = word.AsSpan().Trim(Around);
        if (core.IsEmpty || CredentialDetector.IsPlaceholder(word) || CredentialDetector.IsPlaceholder(core))
            return true;
        if (word.Contains(Placeholder, StringComparison.Ordinal))
            return PlainWord.IsChain(
                word.Replace(Placeholder, ".", StringComparison.Ordinal),
                Between + Around + "@:=",
                LongestMasked
            );
        if (isNamed && !Everyday().IsMatch(word))
            return false;
        var hasDigit = core.ContainsAnyInRange('0', '9');
        // Prose ends a sentence with a sign, a password a word that has digits.
        if (word.AsSpan().ContainsAny("!$%^&") && (isAboutCredential || (hasDigit && core.ContainsAnyInRange('a', 'z'))))
            return false;
        return (!isAboutCredential || !hasDigit || HarmlessWords.Contains(core)) && PlainWord.IsChain(core, Between, LongestWord)
            || (HarmlessValue.Find("TEXT", core) is not null && !(isAboutCredential && hasDigit && core.Length > 5));
    }

    [GeneratedRegex(@"(?<text>[^\r\n]*)(?<end>\r\n|\n|\r|$)")]
    private static partial Regex Line();

    /// <summary>A commented-out assignment.</summary>
    [GeneratedRegex(@"^(?<before>(?:export[ \t]+|set[ \t]+)?(?<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*)(?<value>.*)$")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(?<bare>""[^""]*""|'[^']*'|`[^`]*`|\S*)(?<rest>.*)$")]
    private static partial Regex Value();

    /// <summary>A word for a credential, and what follows the colon or equals sign after it.</summary>
    [GeneratedRegex(
        @"\b(?:pass(?:word|wd|phrase|code)?s?|pwd?|passwort|kennwort|zugangsdaten|mot de passe|mdp|contraseña|senha"
            + @"|clave|secrets?|tokens?|keys?|cred(?:ential)?s?|pin|login|auth|apikey|\w+_(?:key|token|secret|pass"
            + @"|password))\b(?:[^:=\r\n]{0,40}(?::(?!//)|=)+>?[ \t]*(?<rest>\S.*)$)?",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex About();

    /// <summary>
    /// A password after a common user name, and the argument of an option for a credential.
    /// </summary>
    [GeneratedRegex(
        @"(?:\b(?:admin|administrator|root|postgres|mysql|guest|elastic|minioadmin|sa)[ \t]?[:/][ \t]?"
            + @"|(?<!\w)--?(?:pass(?:word|wd|phrase)?|pw|token|api-?key|secret|key|auth)[ \t=]+['""]?"
            + @"|\bpsql[ \t]+-W[ \t]+|\bredis-cli[ \t]+-a[ \t]+)(?<rest>[^\s'""/:]{4,})(?![\w/:])",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Login();

    /// <summary>Twelve or more short words without any that prose needs: the recovery phrase of a wallet.</summary>
    [GeneratedRegex(
        @"(?:\b(?!(?:the|and|for|with|this|that|are|not|from|you|your|can|will|all|any|use|when|but|has|have|was|one"
            + @"|must|only|its|into|than|then|they|each|also|if|see)\b)[a-z]{3,8} ){11,}[a-z]{3,8}\b"
    )]
    private static partial Regex Phrase();

    /// <summary>Words that occur in prose and not in passphrases.</summary>
    [GeneratedRegex(
        @"(?:^|\s)(?:the|a|an|is|are|was|be|it|its|they|this|that|these|those|see|of|in|on|at|to|for|and|or|not|no"
            + @"|with|without|from|by|as|each|one|if|when|where|which|must|should|only|here|there|below|above|all|both"
            + @"|every|before|after|until|per|via)(?=$|[\s.,;:!?])",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Everyday();

    [GeneratedRegex(@"\S+")]
    private static partial Regex Word();
}
