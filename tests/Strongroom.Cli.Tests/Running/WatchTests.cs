using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Running;

public class WatchTests
{
    /// <summary>Says which value it has without saying the value, then waits.</summary>
    private const string Child = "printf %s \"$A_KEY\" | sha256sum; exec tail -f /dev/null";

    [Theory]
    [InlineData("vault")]
    [InlineData("aws")]
    public async Task Watch_restarts_the_child_when_a_value_changes_and_passes_signals_on(string backend)
    {
        await using var fixture = await RunCommandTests.OpenAsync(backend);
        fixture.Variables["SECRET_CACHE_REFRESH"] = "100ms";
        using var process = BuiltCommand.Start(fixture, "run", "--only", "a/key", "--watch", "--", "sh", "-c", Child);
        Assert.Equal(HashOf(fixture, "{value:A}"), await LineAsync(process));

        await RunCommandTests.SetAsync(fixture, "a/key", "{value:B}");

        Assert.Equal(HashOf(fixture, "{value:B}"), await LineAsync(process));
        Assert.Equal("strongroom: a/key changed; the command is restarted", await BuiltCommand.ErrorLineAsync(process));
        Kill(process);
        var result = await BuiltCommand.EndAsync(process);
        Assert.Equal((128 + 15, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Watch_leaves_nothing_of_a_value_in_its_own_arguments_and_variables()
    {
        await using var fixture = await RunCommandTests.OpenAsync("vault");
        using var process = BuiltCommand.Start(fixture, "run", "--only", "a/key", "--watch", "--", "sh", "-c", Child);
        await LineAsync(process);

        var arguments = (await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline")).TrimEnd('\0').Split('\0');
        var variables = (await File.ReadAllTextAsync($"/proc/{process.Id}/environ")).TrimEnd('\0').Split('\0');

        Kill(process);
        await BuiltCommand.EndAsync(process);
        Assert.Equal([BuiltCommand.Path, "run", "--only", "a/key", "--watch", "--", "sh", "-c", Child], arguments);
        Assert.Equal(
            fixture.Variables.Select(one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal),
            variables.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Watch_goes_on_with_what_it_has_through_an_outage_and_ends_with_the_child()
    {
        await using var fixture = await RunCommandTests.OpenAsync("vault");
        fixture.Variables["SECRET_CACHE_REFRESH"] = "100ms";
        using var process = BuiltCommand.Start(
            fixture,
            "run",
            "--only",
            "a/key",
            "--watch",
            "--",
            "sh",
            "-c",
            "echo ready; read line; exit 5"
        );
        await LineAsync(process);
        await fixture.HappenAsync(new ScriptEvent("seal"));

        var warning = await BuiltCommand.ErrorLineAsync(process);
        await process.StandardInput.WriteLineAsync("end");
        var result = await BuiltCommand.EndAsync(process);

        Assert.StartsWith(
            "strongroom: warning: the values could not be refreshed, and the command continues with the old ones: ",
            warning,
            StringComparison.Ordinal
        );
        Assert.Equal(5, result.ExitCode);
    }

    private static string HashOf(ScriptFixture fixture, string value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fixture.Placeholders.Fill(value)))) + "  -";

    private static async Task<string?> LineAsync(Process process) => await process.StandardOutput.ReadLineAsync();

    private static void Kill(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        kill.WaitForExit();
    }
}
