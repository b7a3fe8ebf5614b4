using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Runbooks;

/// <summary>Runs what the runbook says, in its order, on the platform's own declarations and template.</summary>
public partial class MigrationRunbookTests
{
    [Fact]
    public async Task Every_command_of_the_migration_runbook_works()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        var values = await LayOutAsync(fixture);
        var commands = Commands(
            await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "runbooks", "secrets-migration.md"))
        );
        var script = new StringBuilder("set -euo pipefail\n");
        // The command that fails is named, and nothing after it runs.
        foreach (var command in commands)
            script
                .Append("echo '$ ")
                .Append(command.Replace("'", "'\\''", StringComparison.Ordinal))
                .Append("' >&2\n")
                .Append(command)
                .Append('\n');

        using var bash = BuiltCommand.StartProgram(fixture, "/bin/bash", "-c", script.ToString());
        var result = await BuiltCommand.EndAsync(bash);

        var said = values.Aggregate($"{result.Output}\n{result.Error}", static (text, value) =>
            text.Replace(value, "{a value}", StringComparison.Ordinal)
        );
        Assert.True(result.ExitCode == 0, said);
        Assert.DoesNotContain("{a value}", said, StringComparison.Ordinal);
        Assert.True(commands.Count > 15);
    }

    /// <summary>The lines behind <c>$</c> in console blocks; those that only root can run are run as root.</summary>
    private static List<string> Commands(string runbook) =>
        [
            .. ConsoleBlock()
                .Matches(runbook)
                .Where(block => !block.Groups["root"].Success || Environment.IsPrivilegedProcess)
                .SelectMany(block => block.Groups["lines"].Value.Split('\n'))
                .Select(line => line.TrimStart())
                .Where(line => line.StartsWith("$ ", StringComparison.Ordinal))
                .Select(line => line[2..]),
        ];

    /// <summary>
    /// The platform's declarations, and a .env with its secrets as one finds it, the database's password in a URL alone; the
    /// values in it.
    /// </summary>
    private static async Task<List<string>> LayOutAsync(ScriptFixture fixture)
    {
        foreach (
            var declaration in Directory
                .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "trading"), "secrets.json", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/artifacts/", StringComparison.Ordinal))
        )
        {
            var target = Path.Combine(
                fixture.Folder,
                "trading",
                Path.GetFileName(Path.GetDirectoryName(declaration)!),
                "secrets.json"
            );
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(declaration, target);
        }
        var values = new List<string>();
        var text = Generated()
            .Replace(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, ".env.template")), _ =>
            {
                values.Add(RandomNumberGenerator.GetHexString(32, lowercase: true));
                return $"={values[^1]}";
            });
        text = OwnPassword().Replace(text, "DATABASE_URL=\"postgresql://desk:p%40$1@db.internal:5432/trading?sslmode=require\"");
        text = Webhook().Replace(text, "WEBHOOK_SECRET='#$1' # quoted, since it begins with a #");
        await File.WriteAllTextAsync(
            Path.Combine(fixture.Folder, ".env"),
            (text + "LOG_LEVEL=info\n").Replace("\n", "\r\n", StringComparison.Ordinal)
        );
        var path = Path.Combine(fixture.Folder, "bin");
        Directory.CreateDirectory(path);
        File.CreateSymbolicLink(Path.Combine(path, "strongroom"), BuiltCommand.Path);
        fixture.Variables["PATH"] = $"{path}:/usr/bin:/bin";
        fixture.Variables["DOTNET_ROOT"] = BuiltCommand.FrameworkRoot;
        fixture.Variables["BREAK_GLASS"] = Path.Combine(fixture.Folder, "break-glass.json");
        return values;
    }

    [GeneratedRegex(@"^ *```console(?<root> as root)?\n(?<lines>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex("^DATABASE_PASSWORD=(.*)$", RegexOptions.Multiline)]
    private static partial Regex OwnPassword();

    [GeneratedRegex("^WEBHOOK_SECRET=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Webhook();

    [GeneratedRegex("=generate$", RegexOptions.Multiline)]
    private static partial Regex Generated();
}
