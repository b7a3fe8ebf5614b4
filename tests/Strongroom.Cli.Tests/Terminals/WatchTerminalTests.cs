using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Terminals;

/// <summary>
/// <c>run --watch</c> at a terminal: the terminal is the child's as if the shell had started it, and the shell's again
/// afterwards.
/// </summary>
public class WatchTerminalTests
{
    private static readonly string[] s_bash = ["/bin/bash", "--norc", "--noprofile", "-i"];

    private static readonly int s_rounds = TestLength.Of(whole: 50, share: 3);

    [Fact]
    public async Task Child_reads_the_terminal_and_gets_its_Ctrl_C()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);
        await pane.ClearAsync();

        // The signal comes outside a read: it ends that in some shells, and just before it goes unnoticed until the next line.
        await pane.TypeAsync(
            "strongroom run --only a/key --watch -- sh -c 'trap \"at=1; echo caught\" INT; echo ready; read a; echo \"got $a\"; "
                + "until [ $at ]; do sleep 0.05; done; read b; echo \"and $b\"'; echo \"exit $?\""
        );
        await pane.PressAsync("Enter");
        // What is typed while the shell still has the terminal in its own mode is no line to the child.
        await pane.UntilAsync(screen => screen.EndsWith("\nready", StringComparison.Ordinal));
        await pane.TypeAsync("one");
        await pane.PressAsync("Enter");
        await pane.UntilAsync(screen => screen.EndsWith("\ngot one", StringComparison.Ordinal));
        await pane.PressAsync("C-c");
        await pane.UntilAsync(screen => screen.EndsWith("^Ccaught", StringComparison.Ordinal));
        await pane.TypeAsync("two");
        await pane.PressAsync("Enter");

        Assert.EndsWith(
            "\nand two\nexit 0\n$",
            await pane.UntilAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.EndsWith("\n/dev/null\n$", await pane.RunAsync("echo $HISTFILE"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("length", "long")]
    public async Task Ctrl_Z_stops_the_whole_job_and_fg_gives_the_terminal_back_to_the_child()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);
        await pane.ClearAsync();
        await pane.TypeAsync(
            "strongroom run --only a/key --watch -- sh -c 'echo ready; while read a; do clear; echo \"got $a\"; done'"
        );
        await pane.PressAsync("Enter");
        await pane.UntilAsync(screen => screen.EndsWith("\nready", StringComparison.Ordinal));

        for (var round = 0; round < s_rounds; round++)
        {
            await pane.PressAsync("C-z");
            await pane.UntilAsync(screen =>
                screen.Contains("Stopped", StringComparison.Ordinal) && screen.EndsWith("\n$", StringComparison.Ordinal)
            );
            await BringForwardAsync(pane);
            await pane.TypeAsync($"later {round}");
            await pane.PressAsync("Enter");
            await pane.UntilAsync(screen => screen.EndsWith($"got later {round}", StringComparison.Ordinal));
        }
        await pane.PressAsync("C-d");
        await pane.UntilAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Job_that_was_started_in_the_background_gets_the_terminal_when_it_is_brought_forward()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);
        await pane.RunAsync("strongroom run --only a/key --watch -- sh -c 'sleep 0.2; read a; echo \"got $a\"; read b' &");
        await BringForwardAsync(pane);
        await pane.TypeAsync("here");
        await pane.PressAsync("Enter");

        await pane.UntilAsync(screen => screen.EndsWith("\ngot here", StringComparison.Ordinal));
        await pane.PressAsync("C-c");
        await pane.UntilAsync(screen => screen.EndsWith('$'));
    }

    [Fact]
    public async Task Running_job_that_is_brought_forward_reads_the_terminal_although_no_signal_says_so()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);
        await pane.RunAsync(
            "strongroom run --only a/key --watch -- sh -c 'echo > at; until [ -e go ]; do sleep 0.05; done; read a; echo "
                + "\"got $a\"' &"
        );
        await pane.UntilAsync(_ => File.Exists(Path.Combine(fixture.Folder, "at")));

        await BringForwardAsync(pane);
        await File.WriteAllTextAsync(Path.Combine(fixture.Folder, "go"), "", TestContext.Current.CancellationToken);
        await pane.TypeAsync("here");
        await pane.PressAsync("Enter");

        await pane.UntilAsync(screen => screen.EndsWith("\ngot here\n$", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pipeline_keeps_its_terminal()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);
        await pane.ClearAsync();

        // The second of the pipeline reads the terminal.
        await pane.TypeAsync(
            "strongroom run --only a/key --watch -- echo line | sh -c 'cat; read a < /dev/tty; echo \"got $a\"'"
        );
        await pane.PressAsync("Enter");
        await pane.UntilAsync(screen => screen.EndsWith("\nline", StringComparison.Ordinal));
        await pane.TypeAsync("typed");
        await pane.PressAsync("Enter");

        Assert.Contains(
            "\ngot typed\n",
            await pane.UntilAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    /// <summary>Until the shell says what it continues: what is typed before goes to its line editor.</summary>
    private static async Task BringForwardAsync(TmuxPane pane)
    {
        await pane.TypeAsync("fg");
        await pane.PressAsync("Enter");
        await pane.UntilAsync(screen => screen.Contains("$ fg\n", StringComparison.Ordinal));
    }
}
