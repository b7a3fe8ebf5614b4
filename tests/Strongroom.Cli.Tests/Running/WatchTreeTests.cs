using System.Diagnostics;
using System.Globalization;

namespace Strongroom.Cli.Tests.Running;

/// <summary>
/// A start script's server, and whatever else it left running, ends with the script: it holds the old secret and the port.
/// </summary>
public class WatchTreeTests
{
    [Theory]
    [InlineData("tail -f /dev/null & echo $!; wait")]
    [InlineData("setsid tail -f /dev/null & echo $!; wait")]
    [InlineData("sh -c 'setsid tail -f /dev/null & echo $!'; exec tail -f /dev/null")]
    [InlineData("tail -f /dev/null & kill -STOP $!; echo $!; wait")]
    public async Task Watch_ends_what_the_child_started_before_it_starts_it_again(string script)
    {
        await using var fixture = await RunCommandTests.OpenAsync("vault");
        fixture.Variables["SECRET_CACHE_REFRESH"] = "100ms";
        using var process = BuiltCommand.Start(fixture, "run", "--only", "a/key", "--watch", "--", "sh", "-c", script);
        var first = await IdAsync(process);
        Assert.True(IsThere(first));

        await RunCommandTests.SetAsync(fixture, "a/key", "{value:B}");
        var second = await IdAsync(process);

        Assert.False(IsThere(first));
        await SendAsync("-TERM", process);
        var result = await BuiltCommand.EndAsync(process);
        Assert.Equal(128 + 15, result.ExitCode);
        Assert.False(IsThere(second));
    }

    [Fact]
    public async Task Watch_that_ends_with_its_child_leaves_nothing_running()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        using var process = BuiltCommand.Start(
            fixture,
            "run",
            "--only",
            "a/key",
            "--watch",
            "--",
            "sh",
            "-c",
            "setsid tail -f /dev/null >/dev/null 2>&1 & echo $!; exit 5"
        );

        var left = await IdAsync(process);
        var result = await BuiltCommand.EndAsync(process);

        Assert.Equal((5, ""), (result.ExitCode, result.Error));
        Assert.False(IsThere(left));
    }

    /// <summary>It may come before there is a process to pass it on.</summary>
    [Fact]
    public async Task Signal_as_soon_as_the_child_runs_is_not_lost()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");

        var result = await BuiltCommand.RunAsync(
            fixture,
            "run",
            "--only",
            "a/key",
            "--watch",
            "--",
            "sh",
            "-c",
            "kill -TERM $PPID; exec tail -f /dev/null"
        );

        Assert.Equal(128 + 15, result.ExitCode);
    }

    [Fact]
    public async Task Child_ends_when_the_command_is_killed()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        using var process = BuiltCommand.Start(
            fixture,
            "run",
            "--only",
            "a/key",
            "--watch",
            "--",
            "sh",
            "-c",
            "tail -f /dev/null & echo $!; wait"
        );
        var server = await IdAsync(process);

        // The guard is told the child's number once the child runs: a command killed before that leaves it. The reaper's thread
        // starts after it.
        await Waiting.UntilAsync(() => HasThread(process.Id, "children"));

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        await Waiting.UntilAsync(() => !IsThere(server));
    }

    [Fact]
    public async Task Signal_while_the_child_is_ended_ends_the_command_and_starts_nothing()
    {
        await using var fixture = await RunCommandTests.OpenAsync("vault");
        fixture.Variables["SECRET_CACHE_REFRESH"] = "100ms";
        // It takes its time to end: the runtime hands a signal over on a thread of its own, and nothing outside tells when that
        // has run.
        using var process = BuiltCommand.Start(
            fixture,
            "run",
            "--only",
            "a/key",
            "--watch",
            "--",
            "sh",
            "-c",
            "trap 'echo ending; read line; sleep 6; exit' TERM; echo started; while :; do sleep 0.05; done"
        );
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await RunCommandTests.SetAsync(fixture, "a/key", "{value:B}");
        Assert.Equal("ending", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        await SendAsync("-TERM", process);
        await process.StandardInput.WriteLineAsync("go");
        var result = await BuiltCommand.EndAsync(process);

        Assert.Equal((128 + 15, ""), (result.ExitCode, result.Output));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--watch ")]
    public async Task Hangup_that_the_command_was_started_deaf_to_is_not_heard_by_the_child(string watch)
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        fixture.Variables["DOTNET_ROOT"] = BuiltCommand.FrameworkRoot;
        using var process = BuiltCommand.StartProgram(
            fixture,
            "/bin/sh",
            "-c",
            $"trap '' HUP; exec {BuiltCommand.Path} run --only a/key {watch}-- grep SigIgn /proc/self/status"
        );

        var result = await BuiltCommand.EndAsync(process);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(1UL, Convert.ToUInt64(result.Output.Split('\t')[1].Trim(), 16) & 0x7FFF_FFFF);
    }

    [Fact]
    public async Task Signal_for_the_program_reaches_it_through_the_watch()
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");
        using var process = BuiltCommand.Start(
            fixture,
            "run",
            "--only",
            "a/key",
            "--watch",
            "--",
            "sh",
            "-c",
            "trap 'echo reloaded' HUP; trap 'echo asked; exit 3' USR1; echo ready; while :; do sleep 0.05; done"
        );
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        await SendAsync("-HUP", process);
        Assert.Equal("reloaded", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await SendAsync("-USR1", process);
        Assert.Equal("asked", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        Assert.Equal(3, (await BuiltCommand.EndAsync(process)).ExitCode);
    }

    private static async Task<int> IdAsync(Process process) =>
        int.Parse(
            (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!,
            CultureInfo.InvariantCulture
        );

    private static bool HasThread(int process, string name) =>
        Directory.GetDirectories($"/proc/{process}/task").Any(thread => ReadOf(Path.Combine(thread, "comm"))?.TrimEnd() == name);

    /// <summary>Who has ended and was not waited for by a new parent is gone.</summary>
    private static bool IsThere(int id) => ReadOf($"/proc/{id}/stat")?.Contains(") Z ", StringComparison.Ordinal) == false;

    /// <summary>Null where it ended, which it may do while it is read.</summary>
    private static string? ReadOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task SendAsync(string signal, Process process)
    {
        using var kill = Process.Start("/usr/bin/kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
