using System.Diagnostics;
using Strongroom.Peers;

namespace Strongroom.Cli.Tests.Support;

/// <summary>
/// A shell in a real terminal of 80 columns and 24 lines: a pane of a tmux server of its own. Missing, it skips on a laptop and
/// fails in CI.
/// </summary>
internal sealed class TmuxPane : IAsyncDisposable
{
    private const string Program = "/usr/bin/tmux";

    private static readonly Dictionary<string, string> s_variables = new() { ["PATH"] = "/usr/bin:/bin" };
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly string _socket;

    private TmuxPane(string socket) => _socket = socket;

    /// <summary>Starts a shell there with the fixture's variables, the command on its PATH, and <c>$ </c> for a prompt.</summary>
    internal static async Task<TmuxPane> StartAsync(ScriptFixture fixture, params string[] shell)
    {
        Require(Program);
        Require(shell[0]);
        var bin = Directory.CreateDirectory(Path.Combine(fixture.Folder, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "strongroom"), Running.BuiltCommand.Path);
        fixture.Variables["DOTNET_ROOT"] = Running.BuiltCommand.FrameworkRoot;
        fixture.Variables["PATH"] = $"{bin}:/usr/bin:/bin";
        fixture.Variables["PS1"] = "$ ";
        fixture.Variables["LC_ALL"] = "C.UTF-8";
        fixture.Variables["HISTFILE"] = "/dev/null";
        var pane = new TmuxPane(Path.Combine(fixture.Folder, "tmux"));
        // tmux gives its own variables to what runs in it, and TERM on top.
        await pane.TmuxAsync(
            fixture.Variables,
            ["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-c", fixture.Folder, .. shell]
        );
        return pane;
    }

    /// <summary>Types a text as it is. By tmux's stdin: it may be a value, and every user can read a command line.</summary>
    internal async Task TypeAsync(string text)
    {
        await TmuxAsync(s_variables, ["load-buffer", "-"], text);
        await TmuxAsync("paste-buffer", "-d", "-r");
    }

    /// <summary>Presses one key by tmux's name for it, such as <c>Enter</c> or <c>C-c</c>.</summary>
    internal Task PressAsync(string key) => TmuxAsync("send-keys", key);

    /// <summary>Types a command and waits until the shell asks for the next one; what the command left on the screen.</summary>
    internal async Task<string> RunAsync(string command)
    {
        await ClearAsync();
        await TypeAsync(command);
        await PressAsync("Enter");
        return await UntilAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal));
    }

    /// <summary>
    /// Looks at the screen until it is as wanted. Blanks at the ends of lines are not on it, and neither are empty lines at its
    /// end.
    /// </summary>
    internal async Task<string> UntilAsync(Func<string, bool> isThere)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(s_look, TimeProvider.System);
        while (true)
        {
            var screen = await ScreenAsync();
            if (isThere(screen))
                return screen;
            if (TimeProvider.System.GetElapsedTime(began) > s_patience)
                throw new TimeoutException($"The terminal shows something else:\n{screen}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>What is on the screen; with colours as escape sequences where that is asked for.</summary>
    internal async Task<string> ScreenAsync(bool withColours = false) =>
        (await TmuxAsync(withColours ? ["capture-pane", "-p", "-e"] : ["capture-pane", "-p"])).TrimEnd('\n', ' ');

    /// <summary>Whether a line was too long for the screen, so that the terminal went on in the next one.</summary>
    internal async Task<bool> IsBrokenAsync() =>
        Lines(await TmuxAsync("capture-pane", "-p")) != Lines(await TmuxAsync("capture-pane", "-p", "-J"));

    /// <summary>One fact of tmux's about the pane, such as <c>pane_tty</c>.</summary>
    internal async Task<string> FactAsync(string name) => (await TmuxAsync("display-message", "-p", $"#{{{name}}}")).Trim();

    /// <summary>Empties the screen and what scrolled off it.</summary>
    internal async Task ClearAsync()
    {
        await UntilAsync(screen => screen.EndsWith('$'));
        await PressAsync("C-l");
        await UntilAsync(screen => screen == "$");
    }

    /// <summary>Ends the shell, and waits for it: what it leaves is to be removed.</summary>
    public async ValueTask DisposeAsync()
    {
        var shell = $"/proc/{await FactAsync("pane_pid")}";
        await TmuxAsync("kill-server");
        using var timer = new PeriodicTimer(s_look, TimeProvider.System);
        while (Directory.Exists(shell))
            await timer.WaitForNextTickAsync();
    }

    private static int Lines(string capture) => capture.TrimEnd().Split('\n').Length;

    private static void Require(string program)
    {
        if (File.Exists(program))
            return;
        Assert.SkipWhen(PeerMissingException.MayBeSkipped, new PeerMissingException(Path.GetFileName(program)).Message);
        throw new PeerMissingException(Path.GetFileName(program));
    }

    private Task<string> TmuxAsync(params string[] arguments) => TmuxAsync(s_variables, arguments);

    private async Task<string> TmuxAsync(IReadOnlyDictionary<string, string> variables, string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo(Program, ["-S", _socket, "-u", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"tmux {arguments[0]}: {await error}");
    }
}
