using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Commands;

/// <summary>What a script cannot write down: versions that are used again, and values that fill a limit.</summary>
public class AwsCommandTests
{
    [Fact]
    public async Task Rollback_makes_an_older_version_current_and_brings_a_deleted_secret_back()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        var first = await SetAsync(fixture, "{value:A}");
        var second = await SetAsync(fixture, "{value:B}");

        Assert.Equal(
            (0, $"a/key is version {first} again\n"),
            await DoneAsync(fixture, "rollback", "a/key", "--to", first, "--yes")
        );
        Assert.Equal((0, "{value:A}"), await DoneAsync(fixture, "get", "a/key"));
        Assert.Equal((0, "{value:B}"), await DoneAsync(fixture, "get", "a/key", "--version", second));
        Assert.Equal(0, (await DoneAsync(fixture, "delete", "a/key", "--yes")).ExitCode);
        Assert.Equal(
            (0, $"a/key is version {first} again\n"),
            await DoneAsync(fixture, "rollback", "a/key", "--to", first, "--yes")
        );
        Assert.Equal((0, "{value:A}"), await DoneAsync(fixture, "get", "a/key"));
    }

    [Theory]
    [InlineData("a/key", 65_536, 0, "")]
    [InlineData(
        "a/key",
        65_537,
        ExitCodes.Usage,
        "the value has 65537 bytes, and the aws backend accepts 65536; nothing was stored"
    )]
    [InlineData(
        "a/key#field",
        65_530,
        ExitCodes.Unavailable,
        "'a/key#field' was not written: the secret would have 65542 bytes; AWS accepts 65536."
    )]
    public async Task Set_takes_what_aws_takes_and_says_how_large_a_larger_one_is(
        string name,
        int bytes,
        int exitCode,
        string error
    )
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        var value = RandomNumberGenerator.GetHexString(bytes, lowercase: true);

        var set = await InProcess.RunAsync(["set", name], fixture.Variables, fixture.Folder, Encoding.UTF8.GetBytes(value));

        Assert.Equal(
            (exitCode, error),
            (set.ExitCode, set.Error.Split('\n')[0].Replace("strongroom: ", "", StringComparison.Ordinal))
        );
        Assert.Equal(exitCode == 0 ? 1 : 0, fixture.Aws!.Requests.Of("CreateSecret"));
    }

    [Fact]
    public async Task Migrated_file_is_sealed_with_a_key_at_aws_and_comes_back_from_it()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        var text = fixture.Placeholders.Fill("SMTP_PASSWORD={value:A}\nLOG_LEVEL=info\n");
        var file = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(0, (await DoneAsync(fixture, "migrate", ".env", "--apply")).ExitCode);

        Assert.Equal(0, (await DoneAsync(fixture, "migrate", ".env", "--finish", "encrypt", "--yes")).ExitCode);
        Assert.False(File.Exists(file));
        Assert.Contains(
            $"arn:aws:iam::{fixture.Aws!.AccountId}:user/",
            await File.ReadAllTextAsync(file + ".receipt.json"),
            StringComparison.Ordinal
        );
        Assert.Equal(0, (await DoneAsync(fixture, "migrate", ".env", "--restore")).ExitCode);
        Assert.True(text == await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Every_exchange_is_in_the_audit_with_the_request_id_of_aws()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        await SetAsync(fixture, "{value:A}");
        Assert.Equal(0, (await DoneAsync(fixture, "get", "a/key")).ExitCode);

        using var audit = JsonDocument.Parse(
            (
                await InProcess.RunAsync(["audit", "--name", "a/key", "--output", "json"], fixture.Variables, fixture.Folder, [])
            ).Output
        );

        var rows = audit.RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["write", "fetch", "get"], rows.Select(row => row.GetProperty("operation").GetString()));
        Assert.All(rows, row => Assert.Equal("aws", row.GetProperty("backend").GetString()));
        Assert.All(rows.Take(2), row => Assert.True(Guid.TryParse(row.GetProperty("requestId").GetString(), out _)));
    }

    private static async Task<string> SetAsync(ScriptFixture fixture, string value)
    {
        var set = await InProcess.RunAsync(
            ["set", "a/key", "--output", "json"],
            fixture.Variables,
            fixture.Folder,
            Encoding.UTF8.GetBytes(fixture.Placeholders.Fill(value))
        );
        using var shape = JsonDocument.Parse(set.Output);
        return shape.RootElement.GetProperty("version").GetString()!;
    }

    private static async Task<(int ExitCode, string Output)> DoneAsync(ScriptFixture fixture, params string[] arguments)
    {
        var result = await InProcess.RunAsync(arguments, fixture.Variables, fixture.Folder, []);
        return (result.ExitCode, fixture.Placeholders.Mask(result.Output));
    }
}
