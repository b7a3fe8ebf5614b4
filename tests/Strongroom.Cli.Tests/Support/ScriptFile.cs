using System.Text.RegularExpressions;

namespace Strongroom.Cli.Tests.Support;

/// <summary>A script as it is written; its README says what the lines mean.</summary>
internal sealed partial class ScriptFile
{
    private ScriptFile(string name, IReadOnlyList<string> backends, IReadOnlyList<object> steps) =>
        (Name, Backends, Steps) = (name, backends, steps);

    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Scripts");

    internal string Name { get; }

    internal IReadOnlyList<string> Backends { get; }

    /// <summary>Each a <see cref="ScriptCommand"/>, a <see cref="ScriptVariable"/> or a <see cref="ScriptEvent"/>.</summary>
    internal IReadOnlyList<object> Steps { get; }

    internal bool NeedsTerminal => Steps.OfType<ScriptCommand>().Any(command => command.Terminals.Count > 0);

    internal static IEnumerable<ScriptFile> All() =>
        Directory
            .EnumerateFiles(Folder, "*.script", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => Read(Path.GetRelativePath(Folder, path)));

    internal static ScriptFile Read(string name)
    {
        List<string>? backends = null;
        var steps = new List<object>();
        ScriptCommand Last() =>
            steps.OfType<ScriptCommand>().LastOrDefault() ?? throw new FormatException($"{name}: output before a command.");
        foreach (var line in File.ReadAllLines(Path.Combine(Folder, name)))
        {
            if (line.Length == 0 || line.StartsWith('#'))
                continue;
            var match = Line().Match(line);
            var text = match.Groups["text"].Value;
            switch (match.Groups["kind"].Value)
            {
                case "backends:":
                    backends = [.. text.Split(' ')];
                    break;
                case "=":
                    steps.Add(
                        new ScriptVariable(
                            text.Split('=')[0],
                            text.Contains('=', StringComparison.Ordinal)
                                ? text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]
                                : null
                        )
                    );
                    break;
                case "!":
                    steps.Add(new ScriptEvent(text));
                    break;
                case "|":
                    ((ScriptEvent)steps[^1]).Lines.Add(text);
                    break;
                case "$":
                    steps.Add(new ScriptCommand(text));
                    break;
                case "<":
                    Last().Input.Add(text);
                    break;
                case "tty":
                    Last().Terminals.UnionWith(text.Split(' '));
                    break;
                case "k":
                    Last().Keys += text;
                    break;
                case ">":
                    Last().Output.Add(text);
                    break;
                case ">|":
                    Last().Output.Add(text);
                    Last().EndsWithoutLine = true;
                    break;
                case "2>":
                    Last().Error.Add(text);
                    break;
                case "?":
                    Last().ExitCode = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
                    break;
                default:
                    throw new FormatException($"{name}: '{line}' is no line of a script.");
            }
        }
        return new ScriptFile(name, backends ?? throw new FormatException($"{name}: no backends."), steps);
    }

    [GeneratedRegex(@"^(?<kind>backends:|=|!|\||\$|<|tty|k|>\||>|2>|\?)(?: (?<text>.*))?$")]
    private static partial Regex Line();
}

internal sealed record ScriptVariable(string Name, string? Text);

internal sealed record ScriptEvent(string What)
{
    internal List<string> Lines { get; } = [];
}

internal sealed record ScriptCommand(string Arguments)
{
    internal List<string> Input { get; } = [];

    internal HashSet<string> Terminals { get; } = [];

    internal string Keys { get; set; } = "";

    internal List<string> Output { get; } = [];

    internal List<string> Error { get; } = [];

    internal bool EndsWithoutLine { get; set; }

    internal int ExitCode { get; set; }
}
