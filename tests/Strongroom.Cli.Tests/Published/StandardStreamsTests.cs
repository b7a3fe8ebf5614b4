using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Published;

/// <summary>
/// A stream that the caller closed is the next file that a program opens. Native/start.c fills it, and a value is in no other
/// file.
/// </summary>
public class StandardStreamsTests
{
    [Theory]
    [InlineData(">&-", ExitCodes.Unavailable, "get", "a/key")]
    [InlineData(">&- 2>&- <&-", ExitCodes.Unavailable, "get", "a/key")]
    [InlineData("2>&-", 0, "get", "a/key")]
    [InlineData("2>&-", ExitCodes.NotFound, "get", "b/key")]
    [InlineData("<&-", ExitCodes.Usage, "set", "b/key")]
    [InlineData(">&-", ExitCodes.Unavailable, "list")]
    [InlineData(">&-", ExitCodes.Unavailable, "--help")]
    [InlineData("<&- 2>&-", 0, "run", "--only", "a/key", "--", "true")]
    public async Task Stream_that_is_closed_puts_a_value_into_no_other_file(string closed, int exitCode, params string[] command)
    {
        var file = await PublishedFile.RequireAsync();
        await using var fixture = await RunCommandTests.OpenAsync("vault");
        using var process = BuiltCommand.StartProgram(
            fixture,
            "/bin/sh",
            ["-c", $"exec \"$0\" \"$@\" {closed}", file, .. command]
        );

        var result = await BuiltCommand.EndAsync(process);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        var value = fixture.Placeholders.Fill("{value:A}");
        foreach (var path in Directory.EnumerateFiles(fixture.Folder, "*", SearchOption.AllDirectories))
            Assert.False(
                System
                    .Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path))
                    .Contains(value, StringComparison.Ordinal),
                path
            );
        var audit = await InProcess.RunAsync(["audit"], fixture.Variables, fixture.Folder, []);
        Assert.Equal((0, ""), (audit.ExitCode, audit.Error));
    }
}
