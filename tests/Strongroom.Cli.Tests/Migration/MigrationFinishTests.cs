using System.Security.Cryptography;
using System.Text.Json;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Migration;

/// <summary>
/// The end of the plain file: nothing that is nowhere else goes with it, and the receipt says where everything is.
/// </summary>
public class MigrationFinishTests
{
    private const string Left = ".strongroom-0123456789abcdef.tmp";

    private readonly string _key = RandomNumberGenerator.GetHexString(40);
    private readonly string _password = RandomNumberGenerator.GetHexString(20);

    private string Text =>
        $"AWS_ACCESS_KEY_ID=AKIA{_key[..16]}\nAWS_SECRET_ACCESS_KEY={_key}\nDB_PASSWORD={_password}\n"
        + "LOG_LEVEL=info\nREDIS_PASSWORD=\n";

    [Fact]
    public async Task Applications_own_AWS_keys_go_to_Vault_and_outlive_the_file()
    {
        await using var fixture = await OpenAsync(Text);

        var applied = await RunAsync(fixture, "migrate", ".env", "--apply");
        var finished = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--yes");
        var key = await RunAsync(fixture, "get", "aws/secret_access_key");

        Assert.Equal((0, 0, _key), (applied.ExitCode, finished.ExitCode, key.Output));
        Assert.Equal(
            [
                "AWS_ACCESS_KEY_ID backend aws/access_key_id",
                "AWS_SECRET_ACCESS_KEY backend aws/secret_access_key",
                "DB_PASSWORD backend db/password",
                "LOG_LEVEL template ",
                "REDIS_PASSWORD no value ",
            ],
            await OutcomesAsync(fixture)
        );
    }

    [Fact]
    public async Task Login_of_the_backend_itself_is_destroyed_only_where_it_is_dropped_by_name()
    {
        await using var fixture = await OpenAsync($"VAULT_TOKEN={_key}\nDB_PASSWORD={_password}\n");
        await RunAsync(fixture, "migrate", ".env", "--apply");

        var refused = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--yes");
        var stayed = File.Exists(At(fixture, ".env"));
        var dropped = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--drop", "VAULT_TOKEN", "--yes");

        Assert.Equal((ExitCodes.Refused, true, 0), (refused.ExitCode, stayed, dropped.ExitCode));
        Assert.Contains("VAULT_TOKEN", refused.Error, StringComparison.Ordinal);
        Assert.Contains("dropped: VAULT_TOKEN", dropped.Error, StringComparison.Ordinal);
        Assert.Equal(["DB_PASSWORD backend db/password", "VAULT_TOKEN dropped "], await OutcomesAsync(fixture));
    }

    [Fact]
    public async Task What_is_nowhere_but_in_the_sealed_file_ends_with_it_only_by_name()
    {
        await using var fixture = await OpenAsync($"VAULT_TOKEN={_key}\nDB_PASSWORD={_password}\n");
        await RunAsync(fixture, "migrate", ".env", "--apply");
        var encrypted = await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");

        var refused = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--yes");
        var restored = await RunAsync(fixture, "migrate", ".env", "--restore");
        await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");
        var dropped = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--drop", "VAULT_*", "--yes");

        Assert.Equal((0, ExitCodes.Refused, 0, 0), (encrypted.ExitCode, refused.ExitCode, restored.ExitCode, dropped.ExitCode));
        Assert.Equal([".env.receipt.json", ".env.template"], Names(fixture));
    }

    [Theory]
    [InlineData("encrypt")]
    [InlineData("destroy")]
    public async Task Undecided_value_keeps_the_file(string goal)
    {
        await using var fixture = await OpenAsync($"RELAY=qx7{_password[..10]}\nDB_PASSWORD={_password}\n");
        await RunAsync(fixture, "migrate", ".env", "--apply");

        var refused = await RunAsync(fixture, "migrate", ".env", "--finish", goal, "--yes");

        Assert.Equal((ExitCodes.Refused, true), (refused.ExitCode, File.Exists(At(fixture, ".env"))));
        Assert.Contains("RELAY", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_that_another_template_lacks_keeps_the_file_until_it_is_dropped()
    {
        await using var fixture = await OpenAsync($"LOG_LEVEL=info\nDB_HOST=db.internal\nDB_PASSWORD={_password}\n");
        await File.WriteAllTextAsync(At(fixture, ".env.template"), "LOG_LEVEL=info\n");
        await RunAsync(fixture, "migrate", ".env", "--apply");

        var refused = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--yes");
        var dropped = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--drop", "DB_HOST", "--yes");

        Assert.Equal((ExitCodes.Refused, 0), (refused.ExitCode, dropped.ExitCode));
        Assert.Contains(": DB_HOST\n", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vault", "keeps a deleted key")]
    [InlineData("aws", "can bring the key back for")]
    public async Task No_way_back_is_said_only_where_it_is_true(string backend, string said)
    {
        await using var fixture = await OpenAsync($"DB_PASSWORD={_password}\n", backend);
        await RunAsync(fixture, "migrate", ".env", "--apply");
        await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");

        var asked = await InProcess.RunAsync(
            ["migrate", ".env", "--finish", "destroy"],
            fixture.Variables,
            fixture.Folder,
            [],
            new HashSet<string> { "in", "err" },
            "n"
        );

        Assert.Contains(said, asked.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no way back", asked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finish_and_doctor_see_what_a_stopped_command_left()
    {
        await using var fixture = await OpenAsync($"DB_PASSWORD={_password}\n");
        fixture.Variables["SECRET_DOTENV_PATH"] = At(fixture, ".env");
        await RunAsync(fixture, "migrate", ".env", "--apply");
        await File.WriteAllTextAsync(At(fixture, Left), $"DB_PASSWORD={_password}\n");

        var doctor = await RunAsync(fixture, "doctor");
        await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--yes");
        await File.WriteAllTextAsync(At(fixture, ".env-0123456789abcdef.tmp"), $"DB_PASSWORD={_password}\n");
        var again = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--yes");

        Assert.Contains(Left, doctor.Output, StringComparison.Ordinal);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal([".env.receipt.json", ".env.template"], Names(fixture));
    }

    [Theory]
    [InlineData("destroy")]
    [InlineData("encrypt")]
    public async Task Zeros_that_an_older_version_left_in_the_files_place_are_passed_by_finish_and_restore(string goal)
    {
        await using var fixture = await OpenAsync($"DB_PASSWORD={_password}\n");
        await RunAsync(fixture, "migrate", ".env", "--apply");
        await RunAsync(fixture, "migrate", ".env", "--finish", goal, "--yes");
        await LeaveZerosAsync();

        var restored = goal == "encrypt" ? (await RunAsync(fixture, "migrate", ".env", "--restore")).ExitCode : 0;
        await LeaveZerosAsync();
        var finished = await RunAsync(fixture, "migrate", ".env", "--finish", goal, "--yes");

        Assert.Equal((0, 0, false), (restored, finished.ExitCode, File.Exists(At(fixture, ".env"))));

        async Task LeaveZerosAsync()
        {
            await File.WriteAllBytesAsync(At(fixture, ".env"), new byte[40]);
            File.SetUnixFileMode(At(fixture, ".env"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var receipt = await File.ReadAllTextAsync(At(fixture, ".env.receipt.json"));
            await File.WriteAllTextAsync(
                At(fixture, ".env.receipt.json"),
                receipt.Replace("\"isComplete\":true", "\"isComplete\":false", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task Zeros_in_the_place_of_a_sealed_file_do_not_keep_its_key_alive()
    {
        await using var fixture = await OpenAsync($"DB_PASSWORD={_password}\n");
        await RunAsync(fixture, "migrate", ".env", "--apply");
        await RunAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes");
        await File.WriteAllBytesAsync(At(fixture, ".env.sealed"), new byte[40]);

        var finished = await RunAsync(fixture, "migrate", ".env", "--finish", "destroy", "--yes");

        Assert.Equal(0, finished.ExitCode);
        Assert.Equal([".env.receipt.json", ".env.template"], Names(fixture));
        using var receipt = JsonDocument.Parse(await File.ReadAllTextAsync(At(fixture, ".env.receipt.json")));
        Assert.Equal(
            ExitCodes.NotFound,
            (await RunAsync(fixture, "get", receipt.RootElement.GetProperty("keyName").GetString()!)).ExitCode
        );
    }

    private static string At(ScriptFixture fixture, string name) => Path.Combine(fixture.Folder, name);

    private static IEnumerable<string?> Names(ScriptFixture fixture) =>
        Directory.GetFiles(fixture.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static async Task<List<string>> OutcomesAsync(ScriptFixture fixture)
    {
        using var receipt = JsonDocument.Parse(await File.ReadAllTextAsync(At(fixture, ".env.receipt.json")));
        return
        [
            .. receipt
                .RootElement.GetProperty("entries")
                .EnumerateArray()
                .Select(entry =>
                    $"{entry.GetProperty("variable").GetString()} {entry.GetProperty("outcome").GetString()} "
                    + $"{entry.GetProperty("name").GetString()}"
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    private static async Task<ScriptFixture> OpenAsync(string text, string backend = "vault")
    {
        var fixture = await ScriptFixture.OpenAsync(backend);
        await File.WriteAllTextAsync(At(fixture, ".env"), text);
        File.SetUnixFileMode(At(fixture, ".env"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }

    private static Task<CommandResult> RunAsync(ScriptFixture fixture, params string[] arguments) =>
        InProcess.RunAsync(arguments, fixture.Variables, fixture.Folder, []);
}
