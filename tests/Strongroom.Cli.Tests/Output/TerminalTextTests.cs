using System.Text;
using System.Text.Json;
using Strongroom.Cli.Output;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Output;

/// <summary>What a value, or a text of a remote, does to a terminal: nothing.</summary>
public class TerminalTextTests
{
    private const string Said = "the value contains control characters, which are shown escaped here; piped, it\nis unchanged\n";

    [Theory]
    [InlineData("a\u001b]0;title\u0007b", @"a\x1b]0;title\x07b", true)]
    [InlineData("one\r\ntwo\tthree", "one\\x0d\ntwo\tthree", true)]
    [InlineData("del\u007f c1\u009b", @"del\x7f c1\x9b", true)]
    [InlineData("abc\u202ecba \u2066x \u200b", @"abc\u202ecba \u2066x \u200b", true)]
    [InlineData("tag\U000E0041", @"tag\U000e0041", true)]
    [InlineData("line\u2028end", @"line\u2028end", true)]
    [InlineData("-----BEGIN-----\nüß€😀\n-----END-----", "-----BEGIN-----\nüß€😀\n-----END-----", false)]
    public async Task Value_on_a_terminal_drives_nothing_and_piped_it_is_what_it_is(string value, string shown, bool isEscaped)
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        await InProcess.RunAsync(["set", "a/key", "--raw"], fixture.Variables, fixture.Folder, Encoding.UTF8.GetBytes(value));

        var terminal = await InProcess.RunAsync(
            ["get", "a/key", "--reveal"],
            fixture.Variables,
            fixture.Folder,
            [],
            new HashSet<string> { "out", "err" }
        );
        var piped = await InProcess.RunAsync(["get", "a/key"], fixture.Variables, fixture.Folder, []);

        Assert.Equal((0, shown + "\n", isEscaped ? Said : ""), (terminal.ExitCode, terminal.Output, terminal.Error));
        Assert.Equal((value, ""), (piped.Output, piped.Error));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_as_numbers()
    {
        var shown = new byte[TerminalText.MostOf(4)];

        var (written, isEscaped) = TerminalText.Escape([0x61, 0xff, 0xe2, 0x82], shown);

        Assert.Equal((@"a\xff\xe2\x82", true), (Encoding.UTF8.GetString(shown.AsSpan(0, written)), isEscaped));
    }

    [Fact]
    public void Room_is_enough_for_every_character()
    {
        foreach (var rune in Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value)))
        {
            var utf8 = Encoding.UTF8.GetBytes(rune.ToString());
            var shown = new byte[TerminalText.MostOf(utf8.Length)];
            TerminalText.Escape(utf8, shown);
            TerminalText.Escape(utf8, shown, isJson: true);
        }
    }

    [Fact]
    public async Task Json_on_a_terminal_means_the_same_and_drives_nothing()
    {
        const string value = "a\u001b[2J\u009b\u202e\U000E0041ü";
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        await InProcess.RunAsync(["set", "a/key", "--raw"], fixture.Variables, fixture.Folder, Encoding.UTF8.GetBytes(value));

        var shown = await InProcess.RunAsync(
            ["get", "a/key", "--reveal", "-o", "json"],
            fixture.Variables,
            fixture.Folder,
            [],
            new HashSet<string> { "out" }
        );

        Assert.Equal(value, JsonDocument.Parse(shown.Output).RootElement.GetProperty("value").GetString());
        Assert.Equal(shown.Output, TerminalText.Line(shown.Output.TrimEnd('\n')) + "\n");
        Assert.Contains('ü', shown.Output);
    }

    [Fact]
    public async Task Operators_name_in_a_table_drives_nothing()
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");
        fixture.Variables["STRONGROOM_OPERATOR"] = "jo\u202e\u200bej";
        await InProcess.RunAsync(
            ["set", "a/key"],
            fixture.Variables,
            fixture.Folder,
            Encoding.UTF8.GetBytes(fixture.Placeholders.Fill("{value:A}"))
        );

        foreach (
            var terminals in (HashSet<string>[])
                [
                    [],
                    ["out", "err"],
                ]
        )
            Assert.Contains(
                "jo??ej (STRONGROOM_OPERATOR)",
                (await InProcess.RunAsync(["audit"], fixture.Variables, fixture.Folder, [], terminals)).Output,
                StringComparison.Ordinal
            );
        Assert.DoesNotContain(
            '\u202e',
            (
                await InProcess.RunAsync(
                    ["audit", "-o", "json"],
                    fixture.Variables,
                    fixture.Folder,
                    [],
                    new HashSet<string> { "out" }
                )
            ).Output
        );
    }
}
