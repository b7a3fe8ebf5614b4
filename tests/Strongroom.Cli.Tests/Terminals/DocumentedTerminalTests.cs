using System.Text.RegularExpressions;
using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Terminals;

/// <summary>docs/command.md shows a terminal of 80 columns: its commands are run in one, and what it shows is what they leave
/// there. Where it differs, <c>artifacts/terminal.received.txt</c> is what the document is to show.</summary>
public partial class DocumentedTerminalTests
{
    [Fact]
    public async Task Document_shows_what_a_terminal_shows()
    {
        await using var fixture = await OpenAsync();
        await using var pane = await TmuxPane.StartAsync(fixture, "/bin/bash", "--norc", "--noprofile", "-i");
        var document = Captured()
            .Match(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "command.md")))
            .Groups["lines"]
            .Value;
        var shown = new List<string>();

        foreach (var command in document.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
            shown.Add(Mask(await RunAsync(fixture, pane, command[2..])));

        var received = string.Join('\n', shown);
        if (Mask(document).TrimEnd() != received)
            await File.WriteAllTextAsync(Path.Combine(RepositoryRoot.Path, "artifacts", "terminal.received.txt"), received);
        Assert.Equal(Mask(document).TrimEnd(), received);
        Assert.True(shown.Count > 5);
    }

    /// <summary>Answers whatever is asked, until the shell asks for the next command; the screen without that.</summary>
    private static async Task<string> RunAsync(ScriptFixture fixture, TmuxPane pane, string command)
    {
        await pane.ClearAsync();
        await pane.TypeAsync(command);
        await pane.PressAsync("Enter");
        var answered = "";
        while (true)
        {
            var screen = await pane.UntilAsync(screen => screen != answered && WaitsForInput().IsMatch(screen));
            Assert.False(await pane.IsBrokenAsync(), screen);
            if (screen.EndsWith("\n$", StringComparison.Ordinal))
                return screen[..^2];
            await pane.TypeAsync(screen.EndsWith(']') ? "y" : fixture.Placeholders.Fill("{value:C}"));
            if (!screen.EndsWith(']'))
                await pane.PressAsync("Enter");
            answered = screen;
        }
    }

    /// <summary>A secret in two versions, another one, and a file with what a .env has.</summary>
    private static async Task<ScriptFixture> OpenAsync()
    {
        var fixture = await ScriptFixture.OpenAsync("vault");
        fixture.Variables.Remove("STRONGROOM_OPERATOR");
        await RunCommandTests.SetAsync(fixture, "alpaca/api_key_id", "{value:A}");
        await RunCommandTests.SetAsync(fixture, "alpaca/api_key_id", "{value:B}");
        await RunCommandTests.SetAsync(fixture, "webhook/old_key", "{value:A}");
        var path = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(
            path,
            fixture.Placeholders.Fill(
                "ALPACA_API_KEY_ID={value:C}\nDATABASE_URL=postgresql://trader:p{value:D}@db.internal:5432/trading\n"
                    + "SMTP_PASSWORD={weak}\nLOG_LEVEL=info\n"
            )
        );
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }

    private static string Mask(string text) => Timestamp().Replace(text, "2026-11-24 08:12:55Z");

    [GeneratedRegex(@"^```text captured\n(?<lines>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Captured();

    /// <summary>A question, or the shell's own.</summary>
    [GeneratedRegex(@"(\n\$|:|\[y/N\])$")]
    private static partial Regex WaitsForInput();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")]
    private static partial Regex Timestamp();
}
