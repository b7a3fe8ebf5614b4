using System.Text;
using System.Text.Json;
using Strongroom.Cli.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Migration;

public class MigrateCommandTests
{
    /// <summary>
    /// Windows line ends, quotes, a # inside quotes, comments behind values, an overruled assignment, one that was taken out.
    /// </summary>
    private const string RealLooking =
        "# Trading desk\r\n"
        + "export ALPACA_ID='{value:A}' # paper account\r\n"
        + "ALPACA_KEY=\"#{value:B}\"\r\n"
        + "\r\n"
        + "#ALPACA_KEY={value:C}\r\n"
        + "DATABASE_URL=postgresql://trader:p%40ss{value:D}@db.internal:5432/trading?sslmode=require\r\n"
        + "REDIS_URL=redis://:p{value:E}@cache:6379/0\r\n"
        + "WEBHOOK_SECRET={value:F}\r\n"
        + "WEBHOOK_SECRET={value:G}\r\n"
        + "VAULT_TOKEN={value:H}\r\n"
        + "LOG_LEVEL=info   # not debug: {value:A}\r\n";

    [Fact]
    public async Task Apply_leaves_a_template_with_comments_order_and_line_ends_and_without_any_secret()
    {
        await using var fixture = await OpenAsync(RealLooking);

        var result = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            "# Trading desk\r\n"
                + "export ALPACA_ID='<secret>' # paper account\r\n"
                + "ALPACA_KEY='<secret>'\r\n"
                + "\r\n"
                + "#ALPACA_KEY=<secret>\r\n"
                + "DATABASE_URL='postgresql://trader@db.internal:5432/trading?sslmode=require'\r\n"
                + "REDIS_URL='redis://cache:6379/0'\r\n"
                + "WEBHOOK_SECRET='<secret>'\r\n"
                + "WEBHOOK_SECRET='<secret>'\r\n"
                + "VAULT_TOKEN='<secret>'\r\n"
                + "LOG_LEVEL=info   # not debug: <secret>\r\n",
            fixture.Placeholders.Mask(await File.ReadAllTextAsync(Path.Combine(fixture.Folder, ".env.template")))
        );
    }

    [Theory]
    [InlineData("alpaca/id", "{value:A}")]
    [InlineData("alpaca/key", "#{value:B}")]
    [InlineData("database/password", "p@ss{value:D}")]
    [InlineData("redis/password", "p{value:E}")]
    [InlineData("webhook/secret", "{value:G}")]
    public async Task Apply_stores_what_a_program_would_have_read(string name, string expected)
    {
        await using var fixture = await OpenAsync(RealLooking);
        await RunAsync(fixture, "migrate", ".env", "--apply");

        var found = await RunAsync(fixture, "get", name);

        Assert.Equal(expected, fixture.Placeholders.Mask(found.Output));
    }

    [Fact]
    public async Task Apply_again_writes_nothing()
    {
        await using var fixture = await OpenAsync(RealLooking);
        await RunAsync(fixture, "migrate", ".env", "--apply");

        var result = await RunAsync(fixture, "migrate", ".env", "--apply", "--output", "json");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("1\n", string.Concat((await RunAsync(fixture, "history", "database/password")).Output.Split('\t')[0], "\n"));
        using var shape = JsonDocument.Parse(result.Output);
        Assert.DoesNotContain(shape.RootElement.GetProperty("entries").EnumerateArray(), entry =>
            entry.GetProperty("state").GetString() is "written" or "conflict"
        );
    }

    [Fact]
    public async Task Finish_seals_the_file_so_that_nothing_of_it_is_left_in_plain_text_and_names_all_as_exposed()
    {
        await using var fixture = await OpenAsync(RealLooking);
        await RunAsync(fixture, "migrate", ".env", "--apply");

        var result = await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");

        Assert.Equal(0, result.ExitCode);
        Assert.False(File.Exists(Path.Combine(fixture.Folder, ".env")));
        var receipt = Path.Combine(fixture.Folder, ".env.receipt.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(receipt));
        using var shape = JsonDocument.Parse(await File.ReadAllTextAsync(receipt));
        Assert.Equal(
            ["ALPACA_ID", "ALPACA_KEY", "DATABASE_URL", "REDIS_URL", "VAULT_TOKEN", "WEBHOOK_SECRET"],
            shape
                .RootElement.GetProperty("secrets")
                .EnumerateArray()
                .Where(one => one.GetProperty("exposedUntilRotated").GetBoolean())
                .Select(one => one.GetProperty("variable").GetString()!)
                .Order(StringComparer.Ordinal)
        );
        foreach (var file in Directory.EnumerateFiles(fixture.Folder, "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, Encoding.Latin1);
            Assert.Equal(
                text,
                fixture
                    .Placeholders.Mask(text)
                    .Replace("{folder}", fixture.Folder, StringComparison.Ordinal)
                    .Replace("{vault}", fixture.Variables["VAULT_ADDR"], StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task Restore_gives_the_file_back_byte_by_byte()
    {
        await using var fixture = await OpenAsync(RealLooking);
        var path = Path.Combine(fixture.Folder, ".env");
        var before = await File.ReadAllBytesAsync(path);
        await RunAsync(fixture, "migrate", ".env", "--apply");
        await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");

        var result = await RunAsync(fixture, "migrate", ".env", "--restore");

        var after = await File.ReadAllBytesAsync(path);
        Assert.Equal((0, true), (result.ExitCode, before.SequenceEqual(after)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Finish_that_was_stopped_before_the_file_was_removed_goes_on_with_the_same_key()
    {
        await using var fixture = await OpenAsync(RealLooking);
        var path = Path.Combine(fixture.Folder, ".env");
        await RunAsync(fixture, "migrate", ".env", "--apply");
        File.Copy(path, path + ".copy");
        await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");
        // As it lies there when the process ends between sealing and removing.
        File.Move(path + ".copy", path);
        var receipt = await File.ReadAllTextAsync(path + ".receipt.json");
        await File.WriteAllTextAsync(
            path + ".receipt.json",
            receipt.Replace("\"isComplete\":true", "\"isComplete\":false", StringComparison.Ordinal)
        );
        var sealedBefore = await File.ReadAllTextAsync(path + ".sealed");

        var result = await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");

        Assert.Equal((0, false), (result.ExitCode, File.Exists(path)));
        Assert.Equal(sealedBefore, await File.ReadAllTextAsync(path + ".sealed"));
        Assert.Single(
            (await RunAsync(fixture, "list", "strongroom/migration")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public async Task Apply_that_was_stopped_in_the_middle_goes_on_where_it_was()
    {
        await using var fixture = await OpenAsync(RealLooking);
        fixture.Vault!.Faults.Add(Fault.Status(403), new FaultTrigger { Method = "POST", PathPrefix = "/v1/secret/data/redis" });
        Assert.NotEqual(0, (await RunAsync(fixture, "migrate", ".env", "--apply")).ExitCode);
        fixture.Vault.Faults.Clear();

        var second = await RunAsync(fixture, "migrate", ".env", "--apply");

        Assert.Equal((0, ""), (second.ExitCode, second.Error));
        Assert.Contains("ALPACA_ID\tsecret\talpaca/id\tunchanged\t", second.Output, StringComparison.Ordinal);
        Assert.Contains("REDIS_URL\turl\tredis/password\twritten\t", second.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pair_whose_write_was_cut_off_is_there_whole_or_not_at_all_and_the_next_run_goes_on(bool wasDone)
    {
        await using var fixture = await OpenPairAsync();
        fixture.Vault!.Faults.Add(
            wasDone ? Fault.ResetAfterWork() : Fault.Reset(),
            new FaultTrigger { Method = "POST", PathPrefix = "/v1/secret/data" }
        );
        Assert.NotEqual(0, (await RunAsync(fixture, "migrate", ".env", "--apply")).ExitCode);
        fixture.Vault.Faults.Clear();

        var second = await RunAsync(fixture, "migrate", ".env", "--apply");

        var state = wasDone ? "unchanged" : "written";
        Assert.Equal(
            (
                0,
                $"ALPACA_ID\tsecret\talpaca/pair#id\t{state}\tdeclared by "
                    + $"desk\nALPACA_KEY\tsecret\talpaca/pair#key\t{state}\tdeclared by desk\n"
            ),
            (second.ExitCode, second.Output)
        );
        Assert.Single(
            (await RunAsync(fixture, "history", "alpaca/pair")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public async Task Field_that_is_written_by_another_process_meanwhile_is_kept()
    {
        await using var fixture = await OpenPairAsync();
        var hanging = fixture.Vault!.Faults.Add(
            Fault.Hang(),
            new FaultTrigger
            {
                Method = "POST",
                PathPrefix = "/v1/secret/data",
                Times = 1,
            }
        );
        var migrating = RunAsync(fixture, "migrate", ".env", "--apply");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (hanging.Hits == 0)
            await timer.WaitForNextTickAsync();
        var other = await InProcess.RunAsync(
            ["set", "alpaca/pair#note"],
            fixture.Variables,
            fixture.Folder,
            Encoding.UTF8.GetBytes(fixture.Placeholders.Fill("{value:C}"))
        );
        fixture.Vault.Faults.Clear();

        var result = await migrating;

        Assert.Equal((0, 0), (other.ExitCode, result.ExitCode));
        Assert.Equal(
            "{value:A} {value:B} {value:C}",
            fixture.Placeholders.Mask(
                string.Join(' ', await GetAsync(fixture, "id"), await GetAsync(fixture, "key"), await GetAsync(fixture, "note"))
            )
        );
    }

    [Fact]
    public async Task Sealed_file_that_was_changed_does_not_open()
    {
        await using var fixture = await OpenAsync(RealLooking);
        await RunAsync(fixture, "migrate", ".env", "--apply");
        await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");
        var path = Path.Combine(fixture.Folder, ".env.sealed");
        var text = await File.ReadAllTextAsync(path);
        // Even what is beside the text counts: here the year until which it is kept.
        await File.WriteAllTextAsync(path, text.Replace("\"keepUntil\":\"2", "\"keepUntil\":\"3", StringComparison.Ordinal));

        var result = await RunAsync(fixture, "migrate", ".env", "--restore");

        Assert.Equal(ExitCodes.VerificationFailed, result.ExitCode);
        Assert.False(File.Exists(Path.Combine(fixture.Folder, ".env")));
    }

    private static async Task<ScriptFixture> OpenAsync(string text)
    {
        var fixture = await ScriptFixture.OpenAsync("vault");
        await File.WriteAllTextAsync(
            Path.Combine(fixture.Folder, "secrets.json"),
            """{ "service": "desk", "secrets": [ { "name": "alpaca/id" }, { "name": "alpaca/key" } ] }"""
        );
        var path = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(path, fixture.Placeholders.Fill(text));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }

    /// <summary>Two variables that are two fields of one secret.</summary>
    private static async Task<ScriptFixture> OpenPairAsync()
    {
        var fixture = await OpenAsync("ALPACA_ID={value:A}\nALPACA_KEY={value:B}\n");
        await File.WriteAllTextAsync(
            Path.Combine(fixture.Folder, "secrets.json"),
            """
            { "service": "desk", "secrets": [
              { "name": "alpaca/id", "at": "alpaca/pair#id", "bundle": "alpaca" },
              { "name": "alpaca/key", "at": "alpaca/pair#key", "bundle": "alpaca" } ] }
            """
        );
        return fixture;
    }

    private static async Task<string> GetAsync(ScriptFixture fixture, string field) =>
        (await RunAsync(fixture, "get", $"alpaca/pair#{field}")).Output;

    private static Task<CommandResult> RunAsync(ScriptFixture fixture, params string[] arguments) =>
        InProcess.RunAsync(arguments, fixture.Variables, fixture.Folder, []);
}
