using System.Text;
using System.Text.Json;
using Strongroom.Cli.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Migration;

public class MigrateCommandTests
{
    /// <summary>Windows line ends, quotes, a # inside quotes, comments behind values, an overruled assignment, one that was taken out.</summary>
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
        await using var room = await OpenAsync(RealLooking);

        var result = await RunAsync(room, "migrate", ".env", "--apply");

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
            room.Placeholders.Mask(await File.ReadAllTextAsync(Path.Combine(room.Folder, ".env.template"))));
    }

    [Theory]
    [InlineData("alpaca/id", "{value:A}")]
    [InlineData("alpaca/key", "#{value:B}")]
    [InlineData("database/password", "p@ss{value:D}")]
    [InlineData("redis/password", "p{value:E}")]
    [InlineData("webhook/secret", "{value:G}")]
    public async Task Apply_stores_what_a_program_would_have_read(string name, string expected)
    {
        await using var room = await OpenAsync(RealLooking);
        await RunAsync(room, "migrate", ".env", "--apply");

        var found = await RunAsync(room, "get", name);

        Assert.Equal(expected, room.Placeholders.Mask(found.Output));
    }

    [Fact]
    public async Task Apply_again_writes_nothing()
    {
        await using var room = await OpenAsync(RealLooking);
        await RunAsync(room, "migrate", ".env", "--apply");

        var result = await RunAsync(room, "migrate", ".env", "--apply", "--output", "json");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("1\n", string.Concat((await RunAsync(room, "history", "database/password")).Output.Split('\t')[0], "\n"));
        using var shape = JsonDocument.Parse(result.Output);
        Assert.DoesNotContain(shape.RootElement.GetProperty("entries").EnumerateArray(), entry => entry.GetProperty("state").GetString() is "written" or "conflict");
    }

    [Fact]
    public async Task Finish_seals_the_file_so_that_nothing_of_it_is_left_in_plain_text_and_names_all_as_exposed()
    {
        await using var room = await OpenAsync(RealLooking);
        await RunAsync(room, "migrate", ".env", "--apply");

        var result = await RunAsync(room, "migrate", ".env", "--finish", "encrypt", "--yes");

        Assert.Equal(0, result.ExitCode);
        Assert.False(File.Exists(Path.Combine(room.Folder, ".env")));
        var receipt = Path.Combine(room.Folder, ".env.receipt.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(receipt));
        using var shape = JsonDocument.Parse(await File.ReadAllTextAsync(receipt));
        Assert.Equal(
            ["ALPACA_ID", "ALPACA_KEY", "DATABASE_URL", "REDIS_URL", "VAULT_TOKEN", "WEBHOOK_SECRET"],
            shape.RootElement.GetProperty("secrets").EnumerateArray().Where(one => one.GetProperty("exposedUntilRotated").GetBoolean()).Select(one => one.GetProperty("variable").GetString()!).Order(StringComparer.Ordinal));
        foreach (var file in Directory.EnumerateFiles(room.Folder, "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, Encoding.Latin1);
            Assert.Equal(text, room.Placeholders.Mask(text).Replace("{folder}", room.Folder, StringComparison.Ordinal).Replace("{vault}", room.Variables["VAULT_ADDR"], StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Restore_gives_the_file_back_byte_by_byte()
    {
        await using var room = await OpenAsync(RealLooking);
        var path = Path.Combine(room.Folder, ".env");
        var before = await File.ReadAllBytesAsync(path);
        await RunAsync(room, "migrate", ".env", "--apply");
        await RunAsync(room, "migrate", ".env", "--finish", "encrypt", "--yes");

        var result = await RunAsync(room, "migrate", ".env", "--restore");

        var after = await File.ReadAllBytesAsync(path);
        Assert.Equal((0, true), (result.ExitCode, before.SequenceEqual(after)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Finish_that_was_stopped_before_the_file_was_removed_goes_on_with_the_same_key()
    {
        await using var room = await OpenAsync(RealLooking);
        var path = Path.Combine(room.Folder, ".env");
        await RunAsync(room, "migrate", ".env", "--apply");
        File.Copy(path, path + ".copy");
        await RunAsync(room, "migrate", ".env", "--finish", "encrypt", "--yes");
        // As it lies there when the process ends between sealing and removing.
        File.Move(path + ".copy", path);
        var receipt = await File.ReadAllTextAsync(path + ".receipt.json");
        await File.WriteAllTextAsync(path + ".receipt.json", receipt.Replace("\"isComplete\":true", "\"isComplete\":false", StringComparison.Ordinal));
        var sealedBefore = await File.ReadAllTextAsync(path + ".sealed");

        var result = await RunAsync(room, "migrate", ".env", "--finish", "encrypt", "--yes");

        Assert.Equal((0, false), (result.ExitCode, File.Exists(path)));
        Assert.Equal(sealedBefore, await File.ReadAllTextAsync(path + ".sealed"));
        Assert.Single((await RunAsync(room, "list", "strongroom/migration")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Apply_that_was_stopped_in_the_middle_goes_on_where_it_was()
    {
        await using var room = await OpenAsync(RealLooking);
        room.Vault!.Faults.Add(Fault.Status(403), new FaultTrigger { Method = "POST", PathPrefix = "/v1/secret/data/redis" });
        Assert.NotEqual(0, (await RunAsync(room, "migrate", ".env", "--apply")).ExitCode);
        room.Vault.Faults.Clear();

        var second = await RunAsync(room, "migrate", ".env", "--apply");

        Assert.Equal((0, ""), (second.ExitCode, second.Error));
        Assert.Contains("ALPACA_ID\tsecret\talpaca/id\tunchanged\t", second.Output, StringComparison.Ordinal);
        Assert.Contains("REDIS_URL\turl\tredis/password\twritten\t", second.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pair_whose_write_was_cut_off_is_there_whole_or_not_at_all_and_the_next_run_goes_on(bool wasDone)
    {
        await using var room = await OpenPairAsync();
        room.Vault!.Faults.Add(wasDone ? Fault.ResetAfterWork() : Fault.Reset(), new FaultTrigger { Method = "POST", PathPrefix = "/v1/secret/data" });
        Assert.NotEqual(0, (await RunAsync(room, "migrate", ".env", "--apply")).ExitCode);
        room.Vault.Faults.Clear();

        var second = await RunAsync(room, "migrate", ".env", "--apply");

        var state = wasDone ? "unchanged" : "written";
        Assert.Equal((0, $"ALPACA_ID\tsecret\talpaca/pair#id\t{state}\tdeclared by desk\nALPACA_KEY\tsecret\talpaca/pair#key\t{state}\tdeclared by desk\n"), (second.ExitCode, second.Output));
        Assert.Single((await RunAsync(room, "history", "alpaca/pair")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Field_that_somebody_writes_in_the_same_moment_is_kept()
    {
        await using var room = await OpenPairAsync();
        var hanging = room.Vault!.Faults.Add(Fault.Hang(), new FaultTrigger { Method = "POST", PathPrefix = "/v1/secret/data", Times = 1 });
        var migrating = RunAsync(room, "migrate", ".env", "--apply");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (hanging.Hits == 0)
            await timer.WaitForNextTickAsync();
        var other = await InProcess.RunAsync(["set", "alpaca/pair#note"], room.Variables, room.Folder, Encoding.UTF8.GetBytes(room.Placeholders.Fill("{value:C}")));
        room.Vault.Faults.Clear();

        var result = await migrating;

        Assert.Equal((0, 0), (other.ExitCode, result.ExitCode));
        Assert.Equal("{value:A} {value:B} {value:C}", room.Placeholders.Mask(string.Join(' ', await GetAsync(room, "id"), await GetAsync(room, "key"), await GetAsync(room, "note"))));
    }

    [Fact]
    public async Task Sealed_file_that_was_changed_does_not_open()
    {
        await using var room = await OpenAsync(RealLooking);
        await RunAsync(room, "migrate", ".env", "--apply");
        await RunAsync(room, "migrate", ".env", "--finish", "encrypt", "--yes");
        var path = Path.Combine(room.Folder, ".env.sealed");
        var text = await File.ReadAllTextAsync(path);
        // Even what stands beside the text counts: here the year until which it is kept.
        await File.WriteAllTextAsync(path, text.Replace("\"keepUntil\":\"2", "\"keepUntil\":\"3", StringComparison.Ordinal));

        var result = await RunAsync(room, "migrate", ".env", "--restore");

        Assert.Equal(ExitCodes.VerificationFailed, result.ExitCode);
        Assert.False(File.Exists(Path.Combine(room.Folder, ".env")));
    }

    private static async Task<ScriptRoom> OpenAsync(string text)
    {
        var room = await ScriptRoom.OpenAsync("vault");
        await File.WriteAllTextAsync(Path.Combine(room.Folder, "secrets.json"), """{ "service": "desk", "secrets": [ { "name": "alpaca/id" }, { "name": "alpaca/key" } ] }""");
        var path = Path.Combine(room.Folder, ".env");
        await File.WriteAllTextAsync(path, room.Placeholders.Fill(text));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return room;
    }

    /// <summary>Two variables that are two fields of one secret.</summary>
    private static async Task<ScriptRoom> OpenPairAsync()
    {
        var room = await OpenAsync("ALPACA_ID={value:A}\nALPACA_KEY={value:B}\n");
        await File.WriteAllTextAsync(
            Path.Combine(room.Folder, "secrets.json"),
            """{ "service": "desk", "secrets": [ { "name": "alpaca/id", "at": "alpaca/pair#id", "bundle": "alpaca" }, { "name": "alpaca/key", "at": "alpaca/pair#key", "bundle": "alpaca" } ] }""");
        return room;
    }

    private static async Task<string> GetAsync(ScriptRoom room, string field) => (await RunAsync(room, "get", $"alpaca/pair#{field}")).Output;

    private static Task<CommandResult> RunAsync(ScriptRoom room, params string[] arguments) => InProcess.RunAsync(arguments, room.Variables, room.Folder, []);
}
