using System.IO.Enumeration;
using System.Text;

namespace Strongroom.Cli.Migration;

/// <summary>A decision about one variable, or about all that a glob names.</summary>
internal sealed record Decision(string Pattern, bool IsSecret, SecretName? Name)
{
    private bool IsGlob => Pattern.AsSpan().ContainsAny('*', '?');

    internal bool Names(string variable) =>
        IsGlob ? FileSystemName.MatchesSimpleExpression(Pattern, variable, ignoreCase: false) : Pattern == variable;

    internal bool IsExact => !IsGlob;
}

/// <summary>
/// <c>FILE.decisions</c>: the names that <c>--secret</c> and <c>--plain</c> decided, one a line, so that the next run asks
/// nothing. It holds no value, and may be committed.
/// </summary>
internal sealed class Decisions(IReadOnlyList<Decision> all)
{
    internal const string Reason = "decided";

    private const int LongestFile = 256 * 1024;
    private const string Head = "# What 'strongroom migrate' was told about variables, and none of their values.\n";

    internal IReadOnlyList<Decision> All => all;

    internal static string PathOf(string file) => file + ".decisions";

    /// <summary>What decides about a variable: its own name before a glob, the later before the earlier.</summary>
    internal Decision? Find(string variable) =>
        all.LastOrDefault(one => one.IsExact && one.Names(variable)) ?? all.LastOrDefault(one => one.Names(variable));

    /// <summary>The decisions of earlier runs, and those of this one before them.</summary>
    /// <exception cref="CommandException">One cannot be read, names nothing, or contradicts another.</exception>
    internal static Decisions Load(
        string file,
        IReadOnlyList<string> secrets,
        IReadOnlyList<string> plains,
        IReadOnlyCollection<string> variables
    )
    {
        List<Decision> now =
        [
            .. secrets.Select(ParseSecret),
            .. plains.Select(pattern => new Decision(pattern, IsSecret: false, null)),
        ];
        if (now.Find(one => !variables.Any(one.Names)) is { } lost)
            throw CommandException.Usage(
                $"no variable of FILE is called '{lost.Pattern}'",
                "'strongroom migrate FILE' lists them. A glob in quotes: --plain 'LOG_*'."
            );
        if (now.Find(one => now.Exists(other => other.Pattern == one.Pattern && other != one)) is { } twice)
            throw CommandException.Usage($"'{twice.Pattern}' is decided twice, and differently", "Give it once.");
        return new Decisions([.. Read(file).Where(old => !now.Exists(one => one.Pattern == old.Pattern)), .. now]);
    }

    internal byte[] Write() =>
        Encoding.UTF8.GetBytes(
            Head
                + string.Concat(
                    all.Select(one =>
                        $"{(one.IsSecret ? "secret" : "plain")} {one.Pattern}{(one.Name is { } name ? $"={name}" : "")}\n"
                    )
                )
        );

    private static IEnumerable<Decision> Read(string file)
    {
        var path = PathOf(file);
        foreach (
            var line in Encoding
                .UTF8.GetString(LockedFile.Read(path, LongestFile) ?? [])
                .Split('\n')
                .Select(line => line.Trim())
                .Where(line => line.Length > 0 && line[0] != '#')
        )
        {
            yield return line.Split(' ', 2) switch
            {
                ["secret", var what] => ParseSecret(what),
                ["plain", var what] => new Decision(what, IsSecret: false, null),
                _ => throw CommandException.Usage(
                    $"{path} has a line that is no decision",
                    "A line is 'secret VAR', 'secret VAR=NAME' or 'plain VAR'."
                ),
            };
        }
    }

    private static Decision ParseSecret(string text)
    {
        var (pattern, name) = text.Split('=', 2) is [var before, var behind] ? (before, behind) : (text, null);
        if (name is null)
            return new Decision(pattern, IsSecret: true, null);
        if (pattern.AsSpan().ContainsAny('*', '?') || !SecretName.TryParse(name, out var parsed, out _))
            throw CommandException.Usage(
                "--secret takes VAR, a glob, or VAR=NAME with the name of a secret",
                "For instance --secret RELAY=smtp/relay."
            );
        return new Decision(pattern, IsSecret: true, parsed);
    }
}
