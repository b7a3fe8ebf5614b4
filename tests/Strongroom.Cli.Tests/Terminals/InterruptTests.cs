using System.Diagnostics;
using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Terminals;

/// <summary>
/// Ctrl-C while a server says nothing: the command ends at once, says so in a line, and is honest about what it asked for.
/// </summary>
public class InterruptTests
{
    private const string Nothing = "strongroom: interrupted\nhint: Nothing was left half done; run the command again.\n";
    private const string Unknown =
        "strongroom: interrupted while the change was in progress; it may or may not have been made\nhint: 'strongroom "
        + "history a/key' shows whether it was.\n";

    [Theory]
    [InlineData("GET", "/v1/secret/data", Nothing, "get", "a/key")]
    [InlineData("GET", "/v1/secret/metadata", Nothing, "list")]
    [InlineData("POST", "/v1/secret/data", Unknown, "set", "a/key")]
    [InlineData("POST", "/v1/secret/delete", Unknown, "delete", "a/key", "--yes")]
    [InlineData("POST", "/v1/secret", Unknown, "rollback", "a/key", "--to", "1", "--yes")]
    [InlineData("GET", "/v1/secret/data", Nothing, "run", "--only", "a/key", "--", "echo", "started")]
    [InlineData("GET", "/v1/secret/data", Nothing, "migrate", ".env", "--apply")]
    public async Task Signal_during_a_wait_ends_the_command(string method, string path, string expected, params string[] command)
    {
        await using var fixture = await OpenAsync();
        var hang = fixture.Vault!.Faults.Add(Fault.Hang(), new FaultTrigger { Method = method, PathPrefix = path });
        using var process = BuiltCommand.Start(fixture, command);
        await process.StandardInput.WriteLineAsync(fixture.Placeholders.Fill("{value:C}"));
        process.StandardInput.Close();
        await Waiting.UntilAsync(() => hang.Hits > 0 || process.HasExited);
        var line = await process.StandardError.ReadLineAsync();
        if (line?.StartsWith("strongroom: warning: no declaration", StringComparison.Ordinal) is true)
            line = await process.StandardError.ReadLineAsync();
        Assert.Matches(@"^[a-z ]+ … \d+ s$", line);

        using (var kill = Process.Start("/usr/bin/kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        var result = await BuiltCommand.EndAsync(process);

        Assert.Equal((130, "", expected), (result.ExitCode, result.Output, result.Error));
        fixture.Vault.Faults.Clear();
        Assert.Equal(
            "{value:B}",
            fixture.Placeholders.Mask((await InProcess.RunAsync(["get", "a/key"], fixture.Variables, fixture.Folder, [])).Output)
        );
    }

    [Theory]
    [InlineData("-HUP", 129)]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    public async Task Exit_code_is_128_and_the_signals_number(string signal, int exitCode)
    {
        await using var fixture = await OpenAsync();
        var hang = fixture.Vault!.Faults.Add(Fault.Hang(), new FaultTrigger { Method = "GET", PathPrefix = "/v1/secret/data" });
        using var process = BuiltCommand.Start(fixture, "get", "a/key");
        await Waiting.UntilAsync(() => hang.Hits > 0 || process.HasExited);

        using (var kill = Process.Start("/usr/bin/kill", [signal, $"{process.Id}"]))
            await kill.WaitForExitAsync();
        var result = await BuiltCommand.EndAsync(process);

        Assert.Equal((exitCode, "", Nothing), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Change_that_was_given_up_is_in_the_audit_as_unknown()
    {
        await using var fixture = await OpenAsync();
        var hang = fixture.Vault!.Faults.Add(Fault.Hang(), new FaultTrigger { Method = "POST", PathPrefix = "/v1/secret/data" });
        using var process = BuiltCommand.Start(fixture, "set", "a/key");
        await process.StandardInput.WriteLineAsync(fixture.Placeholders.Fill("{value:C}"));
        process.StandardInput.Close();
        await Waiting.UntilAsync(() => hang.Hits > 0 || process.HasExited);

        using (var kill = Process.Start("/usr/bin/kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await BuiltCommand.EndAsync(process);

        fixture.Vault.Faults.Clear();
        var audit = await InProcess.RunAsync(
            ["audit", "--name", "a/key", "--outcome", "unknown"],
            fixture.Variables,
            fixture.Folder,
            []
        );
        Assert.Contains("\twrite\ta/key\tunknown\t", audit.Output, StringComparison.Ordinal);
    }

    /// <summary>A secret in its second version, and a file that is not migrated yet.</summary>
    private static async Task<ScriptFixture> OpenAsync()
    {
        var fixture = await RunCommandTests.OpenAsync("vault");
        await RunCommandTests.SetAsync(fixture, "a/key", "{value:B}");
        var path = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(path, fixture.Placeholders.Fill("SMTP_PASSWORD={value:C}\n"));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }
}
