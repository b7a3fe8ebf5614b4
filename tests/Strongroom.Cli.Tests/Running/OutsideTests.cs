using System.Globalization;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Running;

/// <summary>
/// What comes from outside and is not as it should be: each is told in a line, at once, with an exit code of its own and no stack
/// trace.
/// </summary>
public class OutsideTests
{
    [Theory]
    [InlineData("get", "a/key")]
    [InlineData("doctor")]
    [InlineData("migrate", ".env")]
    public async Task Folder_that_was_removed_is_named(params string[] command)
    {
        await using var fixture = await RunCommandTests.OpenAsync("env");

        var result = await ShellAsync(fixture, "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" \"$@\"", command);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.StartsWith(
            "strongroom: the current folder no longer exists, or this user may not read it\n",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Folder_that_was_removed_is_no_matter_to_what_needs_none()
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");

        var result = await ShellAsync(fixture, "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" \"$@\"", "--version");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("env", ExitCodes.Usage, "SECRET_DECLARATION", "get", "a/key")]
    [InlineData("env", ExitCodes.Usage, "SECRET_DOTENV_PATH", "get", "a/key")]
    [InlineData("env", ExitCodes.Usage, "STRONGROOM_JOURNAL_DIR", "get", "a/key")]
    [InlineData("env", ExitCodes.Unavailable, "DATABASE_PATH", "audit")]
    [InlineData("vault", ExitCodes.Denied, "VAULT_TOKEN_FILE", "get", "a/key")]
    [InlineData("vault", ExitCodes.Usage, "VAULT_CLIENT_CERT", "get", "a/key")]
    [InlineData("aws", ExitCodes.Usage, "AWS_CONFIG_FILE", "get", "a/key")]
    [InlineData("aws", ExitCodes.Usage, "AWS_SHARED_CREDENTIALS_FILE", "get", "a/key")]
    [InlineData("aws", ExitCodes.Usage, "AWS_WEB_IDENTITY_TOKEN_FILE", "get", "a/key")]
    public async Task Pipe_without_a_writer_is_waited_for_by_no_setting(
        string backend,
        int exitCode,
        string setting,
        params string[] command
    )
    {
        await using var fixture = await ScriptFixture.OpenAsync(backend);
        fixture.Variables.Remove("VAULT_TOKEN");
        fixture.Variables[setting] = Path.Combine(fixture.Folder, "pipe");

        var result = await ShellAsync(fixture, "mkfifo -m 600 pipe && exec \"$0\" \"$@\"", command);

        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        AssertIsLine(result.Error);
    }

    [Theory]
    [InlineData("doctor", "--declaration", "pipe")]
    [InlineData("policy", "gateway", "--declaration", "pipe")]
    [InlineData("run", "--service", "gateway", "--declaration", "pipe", "--", "true")]
    [InlineData("migrate", "pipe")]
    [InlineData("migrate", ".env", "--declaration", "pipe")]
    [InlineData("migrate", ".env", "--template", "pipe", "--apply")]
    [InlineData("database", "upgrade", "--migrations", "pipe")]
    public async Task Pipe_without_a_writer_is_waited_for_by_no_option(params string[] command)
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");

        var result = await ShellAsync(
            fixture,
            "mkfifo -m 600 pipe && (umask 077; echo LOG_LEVEL=info > .env) && exec \"$0\" \"$@\"",
            command
        );

        Assert.True(
            result.ExitCode is ExitCodes.Usage or ExitCodes.Refused or ExitCodes.VerificationFailed,
            result.ExitCode.ToString(CultureInfo.InvariantCulture) + result.Error
        );
        AssertIsLine(result.Error);
    }

    [Fact]
    public async Task Token_file_that_others_may_write_is_not_believed()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        fixture.Variables["VAULT_TOKEN_FILE"] = Path.Combine(fixture.Folder, "token");
        await File.WriteAllTextAsync(fixture.Variables["VAULT_TOKEN_FILE"], fixture.Variables["VAULT_TOKEN"]);
        File.SetUnixFileMode(fixture.Variables["VAULT_TOKEN_FILE"], (UnixFileMode)Convert.ToInt32("666", 8));
        fixture.Variables.Remove("VAULT_TOKEN");

        var result = await InProcess.RunAsync(["get", "a/key"], fixture.Variables, fixture.Folder, []);

        Assert.Equal(ExitCodes.Denied, result.ExitCode);
        Assert.Contains(
            "VAULT_TOKEN_FILE names is not used (others may write to it; run: chmod 600 ",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("> /dev/full", ExitCodes.Unavailable, "get", "a/key")]
    [InlineData("> /dev/full", ExitCodes.Unavailable, "list")]
    [InlineData("> /dev/full", ExitCodes.Unavailable, "audit")]
    [InlineData("> /dev/full", ExitCodes.Unavailable, "--help")]
    [InlineData("2> /dev/full", ExitCodes.NotFound, "get", "b/key")]
    [InlineData("| head -1", 0, "list")]
    [InlineData("| head -1", 0, "audit")]
    [InlineData("| true", 0, "get", "a/key")]
    public async Task Result_that_cannot_be_written_is_an_error_and_a_reader_that_goes_away_is_none(
        string where,
        int exitCode,
        params string[] command
    )
    {
        await using var fixture = await RunCommandTests.OpenAsync("vault");

        var result = await ShellAsync(fixture, $"(\"$0\" \"$@\"; echo $? > code) {where}", command);

        Assert.Equal(
            exitCode,
            int.Parse(await File.ReadAllTextAsync(Path.Combine(fixture.Folder, "code")), CultureInfo.InvariantCulture)
        );
        Assert.Equal(
            exitCode == ExitCodes.Unavailable,
            result.Error.Contains("could not be written to stdout", StringComparison.Ordinal)
        );
    }

    private static void AssertIsLine(string error)
    {
        Assert.Matches("^strongroom: ", error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected error", error, StringComparison.Ordinal);
    }

    private static async Task<CommandResult> ShellAsync(ScriptFixture fixture, string script, params string[] command)
    {
        fixture.Variables["DOTNET_ROOT"] = BuiltCommand.FrameworkRoot;
        using var process = BuiltCommand.StartProgram(fixture, "/bin/sh", ["-c", script, BuiltCommand.Path, .. command]);
        return await BuiltCommand.EndAsync(process);
    }
}
