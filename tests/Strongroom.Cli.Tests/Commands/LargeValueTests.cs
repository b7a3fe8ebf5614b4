using System.Security.Cryptography;
using System.Text;
using Strongroom.Cli.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Commands;

/// <summary>Values that a backend does not take for their size: refused with a reason, and what was there stays.</summary>
public class LargeValueTests
{
    private const int Most = 65_536;

    [Theory]
    [InlineData("env")]
    [InlineData("vault")]
    public async Task Value_over_the_limit_is_refused_and_the_older_one_stays(string backend)
    {
        await using var fixture = await ScriptFixture.OpenAsync(backend);
        Assert.Equal(0, (await SetAsync(fixture, fixture.Placeholders.Fill("{value:A}"))).ExitCode);

        var result = await SetAsync(fixture, RandomNumberGenerator.GetHexString(Most + 1));

        Assert.Equal(
            (
                2,
                "",
                $"strongroom: the value has {Most + 1} bytes, and the {backend} backend accepts {Most}; nothing was "
                    + "stored\nhint: Store an encryption key here, and the encrypted data elsewhere.\n"
            ),
            (result.ExitCode, result.Output, result.Error)
        );
        Assert.Equal(
            "{value:A}",
            fixture.Placeholders.Mask((await InProcess.RunAsync(["get", "a/key"], fixture.Variables, fixture.Folder, [])).Output)
        );
    }

    [Theory]
    [InlineData("env")]
    [InlineData("vault")]
    public async Task Value_of_just_the_limit_is_taken(string backend)
    {
        await using var fixture = await ScriptFixture.OpenAsync(backend);
        var value = RandomNumberGenerator.GetHexString(Most);

        Assert.Equal(0, (await SetAsync(fixture, value)).ExitCode);

        Assert.True((await InProcess.RunAsync(["get", "a/key"], fixture.Variables, fixture.Folder, [])).Output == value);
    }

    [Fact]
    public async Task Stdin_of_more_than_anything_takes_is_not_read_to_its_end()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        var result = await SetAsync(fixture, RandomNumberGenerator.GetHexString(5 * 1024 * 1024));
        Assert.Equal(
            (2, "strongroom: stdin exceeds 4194304 bytes; nothing was stored\nhint: Check what is piped in.\n"),
            (result.ExitCode, result.Error)
        );
    }

    [Fact]
    public async Task Server_that_takes_less_is_told_in_one_line()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        fixture.Vault!.Faults.Add(
            Fault.Status(413, """{"errors":["http: request body too large"]}"""),
            new FaultTrigger { Method = "POST", PathPrefix = "/v1/secret/data" }
        );

        var result = await SetAsync(fixture, fixture.Placeholders.Fill("{value:A}"));

        Assert.Equal(
            (
                5,
                "strongroom: 'a/key' was not written: the value exceeds Vault's request limit (413).\n"
                    + "hint: 'strongroom history NAME' "
                    + "shows whether anything was written.\n"
            ),
            (result.ExitCode, result.Error)
        );
    }

    private static Task<CommandResult> SetAsync(ScriptFixture fixture, string value) =>
        InProcess.RunAsync(["set", "a/key"], fixture.Variables, fixture.Folder, Encoding.UTF8.GetBytes(value));
}
