using System.Diagnostics;
using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Terminals;

/// <summary>
/// Questions at a real terminal: what is typed is not shown, and Ctrl-C or a signal ends each with nothing done.
/// </summary>
public class PromptTests
{
    private static readonly string[] s_bash = ["/bin/bash", "--norc", "--noprofile", "-i"];

    [Fact]
    public async Task Value_that_is_typed_is_not_shown_and_the_terminal_echoes_again_afterwards()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);
        var value = fixture.Placeholders.Fill("{value:A}");

        await BeginAsync(pane, "strongroom set a/key");
        await pane.UntilAsync(screen => screen.EndsWith("\nValue of a/key:", StringComparison.Ordinal));
        Assert.Contains(" -echo ", await TerminalAsync(pane), StringComparison.Ordinal);
        await pane.TypeAsync(value);
        await pane.PressAsync("Enter");
        await pane.UntilAsync(screen => screen.EndsWith("\nRepeat the value:", StringComparison.Ordinal));
        await pane.TypeAsync(value);
        await pane.PressAsync("Enter");
        var screen = await pane.UntilAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal));

        Assert.Equal(
            "$ strongroom set a/key\nValue of a/key:\nRepeat the value:\na/key is version 1\nrunning services see it within 5 "
                + "minutes (SECRET_CACHE_REFRESH)\n$",
            fixture.Placeholders.Mask(screen)
        );
        Assert.Equal(
            "{value:A}",
            fixture.Placeholders.Mask((await InProcess.RunAsync(["get", "a/key"], fixture.Variables, fixture.Folder, [])).Output)
        );
        await AssertTerminalIsAsItWasAsync(pane);
    }

    [Fact]
    public async Task Question_is_answered_by_one_key()
    {
        await using var fixture = await RunCommandTests.OpenAsync("vault");
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);

        await BeginAsync(pane, "strongroom delete a/key");
        await pane.UntilAsync(screen => screen.EndsWith("\nDelete 'a/key' from vault in local? [y/N]", StringComparison.Ordinal));
        await pane.TypeAsync("y");

        Assert.EndsWith(
            "\na/key is deleted\n$",
            await pane.UntilAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("set b/key", "Value of b/key:")]
    [InlineData("delete a/key", "Delete 'a/key' from vault in local? [y/N]")]
    [InlineData("rollback a/key --to 1", "Make version 1 of 'a/key' current in vault, local? [y/N]")]
    [InlineData("migrate .env --finish encrypt", "remove it in plain text? [y/N]")]
    [InlineData("migrate .env --finish destroy", "There is no way back. [y/N]")]
    public async Task Ctrl_C_at_a_prompt_ends_it_with_nothing_done(string command, string prompt)
    {
        await using var fixture = await OpenAsync();
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);

        await BeginAsync(pane, $"strongroom {command}; echo exit $?");
        // A long path breaks the line anywhere.
        await pane.UntilAsync(screen =>
            screen.Replace("\n", "", StringComparison.Ordinal).EndsWith(prompt, StringComparison.Ordinal)
        );
        await pane.PressAsync("C-c");

        await AssertInterruptedAsync(fixture, pane);
    }

    [Theory]
    [InlineData("set b/key", "Value of b/key:")]
    [InlineData("delete a/key", "[y/N]")]
    public async Task Signal_from_elsewhere_at_a_prompt_ends_it_at_once(string command, string prompt)
    {
        await using var fixture = await OpenAsync();
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);

        await BeginAsync(pane, $"strongroom {command}; echo exit $?");
        await pane.UntilAsync(screen => screen.EndsWith(prompt, StringComparison.Ordinal));
        using (var kill = Process.Start("/usr/bin/pkill", ["-INT", "--parent", await pane.FactAsync("pane_pid")]))
            await kill.WaitForExitAsync();

        await AssertInterruptedAsync(fixture, pane);
    }

    private static async Task AssertInterruptedAsync(ScriptFixture fixture, TmuxPane pane)
    {
        var screen = await pane.UntilAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal));
        Assert.EndsWith(
            "\nstrongroom: interrupted\nhint: Nothing was left half done; run the command again.\nexit 130\n$",
            screen,
            StringComparison.Ordinal
        );
        await AssertTerminalIsAsItWasAsync(pane);
        Assert.Equal("a/key\n", (await InProcess.RunAsync(["list"], fixture.Variables, fixture.Folder, [])).Output);
        Assert.Equal(
            "1\n",
            (await InProcess.RunAsync(["history", "a/key"], fixture.Variables, fixture.Folder, [])).Output.Split('\t')[0] + "\n"
        );
        Assert.Equal(
            ["", ".env"],
            [.. Directory.EnumerateFiles(fixture.Folder, ".env*").Select(path => Path.GetFileName(path)!).Prepend("")]
        );
    }

    /// <summary>A secret, and a file that is migrated whole.</summary>
    private static async Task<ScriptFixture> OpenAsync()
    {
        var fixture = await RunCommandTests.OpenAsync("vault");
        var path = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(path, fixture.Placeholders.Fill("A_KEY={value:A}\n"));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }

    private static async Task BeginAsync(TmuxPane pane, string command)
    {
        await pane.ClearAsync();
        await pane.TypeAsync(command);
        await pane.PressAsync("Enter");
    }

    /// <summary>Asked in the shell: while it waits for a command, the shell itself turns the echo off.</summary>
    private static async Task AssertTerminalIsAsItWasAsync(TmuxPane pane) =>
        Assert.EndsWith(
            "\nisig\necho\n$",
            await pane.RunAsync(@"stty -a | tr ' ;' '\n' | grep -x -e '-\?isig' -e '-\?echo'"),
            StringComparison.Ordinal
        );

    /// <summary>How the terminal is set, as stty says it.</summary>
    private static async Task<string> TerminalAsync(TmuxPane pane)
    {
        using var stty = Process.Start(
            new ProcessStartInfo("/usr/bin/stty", ["-F", await pane.FactAsync("pane_tty"), "-a"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var settings = await stty.StandardOutput.ReadToEndAsync();
        await stty.WaitForExitAsync();
        return settings;
    }
}
