using System.Text;

namespace Strongroom.Cli.Tests.Support;

/// <summary>Runs a script against whatever runs a command, and compares line by line.</summary>
internal sealed class ScriptRun(
    ScriptFile script,
    ScriptFixture fixture,
    Func<ScriptCommand, IReadOnlyList<string>, byte[], Task<CommandResult>> run
)
{
    internal async Task RunAsync()
    {
        foreach (var step in script.Steps)
        {
            switch (step)
            {
                case ScriptVariable { Text: null } gone:
                    fixture.Variables.Remove(gone.Name);
                    break;
                case ScriptVariable variable:
                    fixture.Variables[variable.Name] = fixture.Placeholders.Fill(variable.Text);
                    break;
                case ScriptEvent happened:
                    await fixture.HappenAsync(happened);
                    break;
                case ScriptCommand command:
                    await CheckAsync(command);
                    break;
            }
        }
        await CheckStateAsync();
    }

    /// <summary>Neither database nor journal holds a value, or what one logs in with.</summary>
    private async Task CheckStateAsync()
    {
        foreach (
            var file in Directory
                .EnumerateFiles(fixture.Folder, "*", SearchOption.AllDirectories)
                .Where(file => file.Contains("/state/", StringComparison.Ordinal))
        )
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.False(
                fixture
                    .Placeholders.Values.Concat(fixture.AwsKeys)
                    .Any(secret => text.Contains(secret, StringComparison.Ordinal)),
                $"{script.Name}: a value or a key is in {Path.GetFileName(file)}."
            );
        }
    }

    private async Task CheckAsync(ScriptCommand command)
    {
        var arguments = Words(fixture.Placeholders.Fill(command.Arguments));
        var input = Encoding.UTF8.GetBytes(string.Concat(command.Input.Select(line => fixture.Placeholders.Fill(line) + "\n")));
        var result = await run(command, arguments, input);
        var (output, error) = (fixture.Placeholders.Mask(result.Output), fixture.Placeholders.Mask(result.Error));
        var problems = new StringBuilder();
        if (fixture.AwsKeys.Any(key => (result.Output + result.Error).Contains(key, StringComparison.Ordinal)))
            throw new InvalidOperationException($"{script.Name}: $ {command.Arguments}: a key of AWS's is in the output.");
        if (result.ExitCode != command.ExitCode)
            problems.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"exit code {result.ExitCode}, not {command.ExitCode}\n"
            );
        Compare("stdout", command.Output, output, command.EndsWithoutLine, problems);
        Compare("stderr", command.Error, error, endsWithoutLine: false, problems);
        if (problems.Length > 0)
            Assert.Fail($"{script.Name}: $ {command.Arguments}\n{problems}--- stdout\n{output}\n--- stderr\n{error}");
    }

    private static void Compare(string stream, List<string> expected, string actual, bool endsWithoutLine, StringBuilder problems)
    {
        if (actual.Length > 0 && actual.EndsWith('\n') == endsWithoutLine)
            problems.Append(stream).Append(endsWithoutLine ? " ends with a line end\n" : " does not end with a line end\n");
        var lines = actual.Length == 0 ? [] : actual.TrimEnd('\n').Split('\n');
        for (var i = 0; i < Math.Max(lines.Length, expected.Count); i++)
        {
            var (wanted, found) = (i < expected.Count ? expected[i] : null, i < lines.Length ? lines[i] : null);
            if (wanted is null || found is null || !ScriptPlaceholders.Matches(wanted, found))
                problems.Append(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{stream} line {i + 1}: expected {wanted ?? "(none)"}\n{stream} line {i + 1}: found    {found ?? "(none)"}\n"
                );
        }
    }

    /// <summary>Words parted by blanks; single quotes keep one together.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var parts = line.Split('\'');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1)
                words.Add(parts[i]);
            else
                words.AddRange(parts[i].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return words;
    }
}
