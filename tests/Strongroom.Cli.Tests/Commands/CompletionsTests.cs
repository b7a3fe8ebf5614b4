using System.Diagnostics;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Commands;

public class CompletionsTests
{
    [Fact]
    public async Task Bash_script_completes_what_the_command_suggests()
    {
        await using var room = await ScriptRoom.OpenAsync("env");
        var script = (await InProcess.RunAsync(["completions", "bash"], room.Variables, room.Folder, [])).Output;
        const string line = "strongroom rollba";
        var suggested = (await InProcess.RunAsync([$"[suggest:{line.Length}]", line], room.Variables, room.Folder, [])).Output;
        // The command itself is stood in for by what it said, so that this tests the script.
        var program = $"strongroom() {{ [ \"$1\" = '[suggest:{line.Length}]' ] && [ \"$2\" = '{line}' ] && printf '%s' '{suggested}'; }}\n{script}\n"
            + $"COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=(strongroom rollba) COMP_CWORD=1; _strongroom; printf '%s\\n' \"${{COMPREPLY[@]}}\"";
        var start = new ProcessStartInfo("/bin/bash", ["-c", program]) { RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        var completed = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal("rollback\n", completed);
    }
}
