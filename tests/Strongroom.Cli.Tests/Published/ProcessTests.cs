using System.Security.Cryptography;
using System.Text;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Published;

/// <summary>What the system shows of the process, and how it takes a reader that goes away.</summary>
public class ProcessTests
{
    [Fact]
    public async Task Command_line_and_environment_hold_nothing_that_was_not_there_at_the_start()
    {
        var file = await PublishedFile.RequireAsync();
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        var value = Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        using var process = PublishedProcess.Start(file, ["set", "a/key"], fixture.Variables, fixture.Folder);
        // The value is read and the command waits for more, so this is the moment at which it would show.
        await process.StandardInput.WriteAsync(value);
        await process.StandardInput.FlushAsync();
        var commandLine = await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline");
        var environment = await File.ReadAllTextAsync($"/proc/{process.Id}/environ");
        process.StandardInput.Close();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Equal($"{file}\0set\0a/key\0", commandLine);
        Assert.Equal(
            fixture.Variables.Select(variable => $"{variable.Key}={variable.Value}").Order(StringComparer.Ordinal),
            environment.Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
        );
        Assert.False(environment.Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task File_that_runs_alone_leaves_nothing_beside_itself()
    {
        var file = await PublishedFile.RequireAsync();
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var result = await PublishedProcess.RunAsync(
            file,
            ["set", "a/key"],
            fixture.Variables,
            fixture.Folder,
            Encoding.UTF8.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)))
        );
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(file)!));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("get", "a/key0")]
    [InlineData("audit", "--output", "json")]
    [InlineData("completions", "bash")]
    [InlineData("get", "--help")]
    public async Task Reader_that_goes_away_is_no_error(params string[] command)
    {
        var file = await PublishedFile.RequireAsync();
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        for (var i = 0; i < 3; i++)
            Assert.Equal(
                0,
                (
                    await PublishedProcess.RunAsync(
                        file,
                        ["set", $"a/key{i}"],
                        fixture.Variables,
                        fixture.Folder,
                        Encoding.UTF8.GetBytes(RandomNumberGenerator.GetHexString(20))
                    )
                ).ExitCode
            );
        using var process = PublishedProcess.Start(file, command, fixture.Variables, fixture.Folder);
        process.StandardOutput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, error));
    }

    [Fact]
    public async Task Code_lies_at_an_address_of_chance()
    {
        var file = await PublishedFile.RequireAsync();
        await using var fixture = await ScriptFixture.OpenAsync("env");
        var addresses = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            using var process = PublishedProcess.Start(file, ["set", "a/key"], fixture.Variables, fixture.Folder);
            // It waits for stdin.
            addresses.Add(
                File.ReadLines($"/proc/{process.Id}/maps")
                    .First(line => line.EndsWith(file, StringComparison.Ordinal))
                    .Split('-')[0]
            );
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }
        Assert.True(addresses.Count > 1, string.Join(' ', addresses));
    }
}
