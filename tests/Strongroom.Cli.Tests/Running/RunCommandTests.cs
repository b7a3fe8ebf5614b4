using System.Diagnostics;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Running;

public class RunCommandTests
{
    private const string Declaration = """
        { "service": "gateway", "secrets": [
          { "name": "alpaca/id", "at": "alpaca/pair#id", "bundle": "alpaca" },
          { "name": "alpaca/key", "at": "alpaca/pair#key", "bundle": "alpaca" },
          { "name": "redis/password", "required": false } ] }
        """;

    [Theory]
    [InlineData("env")]
    [InlineData("vault")]
    [InlineData("aws")]
    public async Task Environ_of_the_child_holds_exactly_what_was_asked(string backend)
    {
        await using var fixture = await OpenAsync(backend);
        if (backend != "aws")
            fixture.Variables["AWS_SECRET_ACCESS_KEY"] = fixture.Placeholders.Fill("{value:C}");
        fixture.Variables["AWS_PROFILE"] = "desk";

        var result = await BuiltCommand.RunAsync(fixture, "run", "--only", "a/key", "--", "cat", "/proc/self/environ");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var expected = fixture
            .Variables.Where(one =>
                !one.Key.StartsWith("VAULT_", StringComparison.Ordinal) && !one.Key.StartsWith("AWS_", StringComparison.Ordinal)
            )
            .Select(one => $"{one.Key}={one.Value}")
            .Append("A_KEY=" + fixture.Placeholders.Fill("{value:A}"));
        // Compared masked, so that a failing test prints no value.
        Assert.Equal(
            expected.Select(fixture.Placeholders.Mask).Order(StringComparer.Ordinal),
            result.Output.TrimEnd('\0').Split('\0').Select(fixture.Placeholders.Mask).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Env_gives_a_secret_under_the_variable_that_the_program_reads_and_no_other()
    {
        await using var fixture = await OpenAsync("vault");
        await SetAsync(fixture, "database/password", "{value:B}");

        var result = await BuiltCommand.RunAsync(
            fixture,
            "run",
            "--env",
            "PGPASSWORD=database/password",
            "--env",
            "OTHER=a/key",
            "--",
            "sh",
            "-c",
            "printf '%s %s %s' \"$PGPASSWORD\" \"$OTHER\" \"$DATABASE_PASSWORD$A_KEY\""
        );

        Assert.Equal((0, "{value:B} {value:A} ", ""), (result.ExitCode, fixture.Placeholders.Mask(result.Output), result.Error));
    }

    [Fact]
    public async Task Credentials_stay_where_that_was_asked_for()
    {
        await using var fixture = await OpenAsync("vault");

        var result = await BuiltCommand.RunAsync(
            fixture,
            "run",
            "--only",
            "a/key",
            "--keep-credentials",
            "--",
            "sh",
            "-c",
            "test -n \"$VAULT_TOKEN\" && test -n \"$A_KEY\""
        );

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Child_is_the_process_itself_and_its_end_is_the_end()
    {
        await using var fixture = await OpenAsync("env");
        using var process = BuiltCommand.Start(
            fixture,
            "run",
            "--only",
            "a/key",
            "--",
            "sh",
            "-c",
            "echo $$; grep SigIgn /proc/self/status; exit 37"
        );

        var result = await BuiltCommand.EndAsync(process);

        var lines = result.Output.Split('\n');
        Assert.Equal((37, $"{process.Id}"), (result.ExitCode, lines[0]));
        // 32 and above are the C library's own and real-time ones, which come from the process that started the tests.
        Assert.Equal(0UL, Convert.ToUInt64(lines[1].Split('\t')[1], 16) & 0x7FFF_FFFF);
    }

    [Fact]
    public async Task Signal_ends_the_child_as_a_signal_does()
    {
        await using var fixture = await OpenAsync("env");

        var result = await BuiltCommand.RunAsync(fixture, "run", "--only", "a/key", "--", "sh", "-c", "kill -TERM $$");

        Assert.Equal(128 + 15, result.ExitCode);
    }

    [Fact]
    public async Task Read_is_in_the_audit_before_the_process_is_replaced()
    {
        await using var fixture = await OpenAsync("vault");
        await BuiltCommand.RunAsync(fixture, "run", "--only", "a/key", "--", "true");

        var audit = await InProcess.RunAsync(
            ["audit", "--name", "a/key", "--outcome", "success"],
            fixture.Variables,
            fixture.Folder,
            []
        );

        Assert.Contains("\tget\ta/key\tsuccess\t", audit.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env", "ALPACA_ID")]
    [InlineData("vault", "alpaca/pair#id")]
    [InlineData("aws", "alpaca/pair#id")]
    public async Task Service_gives_all_that_it_declares_from_where_it_lives(string backend, string name)
    {
        await using var fixture = await OpenAsync(backend);
        await File.WriteAllTextAsync(Path.Combine(fixture.Folder, "secrets.json"), Declaration);
        if (backend == "env")
            await File.AppendAllTextAsync(
                Path.Combine(fixture.Folder, ".env"),
                fixture.Placeholders.Fill($"{name}={{value:A}}\nALPACA_KEY={{value:B}}\n")
            );
        else
        {
            await SetAsync(fixture, name, "{value:A}");
            await SetAsync(fixture, "alpaca/pair#key", "{value:B}");
        }

        var result = await BuiltCommand.RunAsync(
            fixture,
            "run",
            "--service",
            "gateway",
            "--",
            "sh",
            "-c",
            "printf '%s %s %s' \"$ALPACA_ID\" \"$ALPACA_KEY\" \"$REDIS_PASSWORD\""
        );

        Assert.Equal((0, "{value:A} {value:B} ", ""), (result.ExitCode, fixture.Placeholders.Mask(result.Output), result.Error));
    }

    [Fact]
    public async Task Declared_secret_that_was_not_asked_for_does_not_pass()
    {
        await using var fixture = await OpenAsync("env");
        await File.WriteAllTextAsync(Path.Combine(fixture.Folder, "secrets.json"), Declaration);
        fixture.Variables["SECRET_DECLARATION"] = "secrets.json";
        fixture.Variables["REDIS_PASSWORD"] = fixture.Placeholders.Fill("{value:C}");
        await File.AppendAllTextAsync(Path.Combine(fixture.Folder, ".env"), fixture.Placeholders.Fill("ALPACA_ID={value:A}\n"));

        var result = await BuiltCommand.RunAsync(
            fixture,
            "run",
            "--only",
            "alpaca/id",
            "--",
            "sh",
            "-c",
            "test -z \"$REDIS_PASSWORD\" && test -n \"$ALPACA_ID\""
        );

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    internal static async Task<ScriptFixture> OpenAsync(string backend)
    {
        var fixture = await ScriptFixture.OpenAsync(backend);
        await SetAsync(fixture, "a/key", "{value:A}");
        return fixture;
    }

    internal static async Task SetAsync(ScriptFixture fixture, string name, string value)
    {
        var set = await InProcess.RunAsync(
            ["set", name],
            fixture.Variables,
            fixture.Folder,
            System.Text.Encoding.UTF8.GetBytes(fixture.Placeholders.Fill(value))
        );
        Assert.Equal((0, ""), (set.ExitCode, set.Error));
    }
}
