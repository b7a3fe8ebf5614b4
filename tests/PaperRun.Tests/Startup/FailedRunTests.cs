using PaperRun.Tests.Support;
using Strongroom.Peers;

namespace PaperRun.Tests.Startup;

/// <summary>A run that cannot begin: one clear error, a non-zero exit, nothing left running, no summary.</summary>
public sealed class FailedRunTests : IDisposable
{
    private readonly RunLocation _location = new();

    [Fact]
    public async Task Service_without_its_secret_ends_the_run_with_that_services_own_error()
    {
        _location.WriteDotenv(("CALLS_RISK_MANAGER_EXECUTION_GATEWAY", null));

        var errors = await FailAsync(1);
        Assert.Matches("paper-run: (risk_manager|execution_gateway) ended with exit code 3:", errors);
        Assert.Contains("- calls/risk_manager/execution_gateway (Missing):", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secret_that_the_run_itself_needs_is_named()
    {
        _location.WriteDotenv(("WEBHOOK_SECRET", null));

        Assert.Contains("- webhook/secret (Missing):", await FailAsync(3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Malformed_env_file_is_told_by_line_number_and_without_its_text()
    {
        _location.WriteDotenv();
        File.AppendAllText(_location.Dotenv, "pineapple without an equals sign\n");
        var line = File.ReadLines(_location.Dotenv).Count();

        var errors = await FailAsync(2);
        Assert.Matches($"{_location.Dotenv}.*line {line}", errors);
        Assert.DoesNotContain("pineapple", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Env_file_that_others_can_read_is_refused_with_the_way_out()
    {
        _location.WriteDotenv();
        File.SetUnixFileMode(_location.Dotenv, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var errors = await FailAsync(2);
        Assert.Contains(_location.Dotenv, errors, StringComparison.Ordinal);
        Assert.Contains("chmod 600", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_without_a_server_ends_the_run()
    {
        _location.WriteDotenv();

        var errors = await FailAsync(
            null,
            ("DATABASE_HOST", "127.0.0.1"),
            ("DATABASE_PORT", $"{FreePorts.Take()}"),
            ("DATABASE_NAME", "postgres"),
            ("DATABASE_USER", "strongroom")
        );
        Assert.Contains("DATABASE_HOST", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_log_level_is_told_by_the_service_that_met_it()
    {
        _location.WriteDotenv();

        var errors = await FailAsync(1, [], "--log-level", "pineapple");
        Assert.Contains("ended with exit code 2:\nLOG_LEVEL is ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_that_is_a_file_is_named()
    {
        _location.WriteDotenv();
        File.WriteAllText(_location.Run, "");

        Assert.Contains(_location.Run, await FailAsync(1), StringComparison.Ordinal);
    }

    public void Dispose() => _location.Dispose();

    private Task<string> FailAsync(int? exitCode, params (string Name, string Value)[] settings) =>
        FailAsync(exitCode, settings, []);

    /// <summary>Gives what it said on stderr.</summary>
    private async Task<string> FailAsync(int? exitCode, (string Name, string Value)[] settings, params string[] arguments)
    {
        await using var run = _location.Start(
            settings.ToDictionary(setting => setting.Name, setting => setting.Value),
            arguments
        );

        var exit = await run.WaitForExitAsync();
        Assert.True(exitCode is { } expected ? exit == expected : exit is > 0 and < 128, $"Exit code {exit}:\n{run.Errors}");
        Assert.Equal("", run.Output);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", run.Errors, StringComparison.Ordinal);
        Assert.All(RunLocation.Read(Programs.Template).Keys.Intersect(DotenvValues().Keys), name =>
            Assert.DoesNotContain(DotenvValues()[name], run.Errors, StringComparison.Ordinal)
        );
        Assert.Empty(_location.Processes());
        Assert.Empty(_location.SecretFiles);
        return run.Errors;
    }

    private Dictionary<string, string> DotenvValues() =>
        File.ReadLines(_location.Dotenv)
            .Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
