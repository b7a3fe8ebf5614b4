using Strongroom.Cli.Tests.Running;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Terminals;

/// <summary>What a person sees at 80 columns.</summary>
public class TableTests
{
    private static readonly string[] s_bash = ["/bin/bash", "--norc", "--noprofile", "-i"];

    [Theory]
    [InlineData("list")]
    [InlineData("history market_data/provider/credentials")]
    [InlineData("audit --limit 6")]
    [InlineData("migrate .env")]
    [InlineData("doctor")]
    [InlineData("get market_data/provider/credentials")]
    [InlineData("audit --help")]
    public async Task Command_fits_into_80_columns(string command)
    {
        await using var fixture = await OpenAsync();
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);

        var screen = await pane.RunAsync($"strongroom {command}");

        Assert.All(screen.Split('\n'), line => Assert.True(line.Length <= 80, line));
        // The help's own library breaks no lines; everything else does.
        Assert.True(command.EndsWith("--help", StringComparison.Ordinal) || !await pane.IsBrokenAsync(), screen);
        Assert.DoesNotContain(fixture.Placeholders.Fill("{value:A}"), screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_does_not_fit_beside_the_others_has_a_line_of_its_own()
    {
        await using var fixture = await OpenAsync();
        fixture.Variables["STRONGROOM_OPERATOR"] = "a person whose name is longer than a third of the line";
        await RunCommandTests.SetAsync(fixture, "a/name/of/several/segments/that/is/as/long/as/they/get", "{value:B}");
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);

        var screen = await pane.RunAsync("strongroom audit --limit 2");

        Assert.Contains("\nname     a/name/of/several/segments/that/is/as/long/as/they/get\n", screen, StringComparison.Ordinal);
        Assert.Matches(@"\nat       \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\nservice  strongroom\naction   write\n", screen);
        Assert.False(await pane.IsBrokenAsync(), screen);
    }

    [Fact]
    public async Task Headings_are_bold_and_an_error_is_red_unless_colours_are_unwanted()
    {
        await using var fixture = await OpenAsync();
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);

        await pane.RunAsync("strongroom history market_data/provider/credentials");
        Assert.Matches("\u001b\\[1m.*version", await pane.ScreenAsync(withColours: true));
        await pane.RunAsync("strongroom get nothing/there");
        Assert.Contains("\u001b[31mstrongroom:", await pane.ScreenAsync(withColours: true), StringComparison.Ordinal);
        await pane.RunAsync(
            "NO_COLOR=1 strongroom history market_data/provider/credentials; NO_COLOR=1 strongroom get nothing/there"
        );
        Assert.DoesNotContain("\u001b[", await pane.ScreenAsync(withColours: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_counts_seconds_on_one_line_and_is_gone_at_the_end()
    {
        await using var fixture = await OpenAsync();
        await using var pane = await TmuxPane.StartAsync(fixture, s_bash);
        await pane.ClearAsync();
        var fault = fixture.Vault!.Faults.Add(
            Strongroom.Testing.Fault.Hang(),
            new Strongroom.Testing.FaultTrigger { PathPrefix = "/v1/secret/data" }
        );

        await pane.TypeAsync("strongroom get market_data/provider/credentials");
        await pane.PressAsync("Enter");
        await pane.UntilAsync(screen =>
            CommandResult.Progress().Match(screen).Value.StartsWith("waiting for vault … ", StringComparison.Ordinal)
        );
        fixture.Vault.Faults.Clear();
        var after = await pane.UntilAsync(screen => screen.EndsWith("\n$", StringComparison.Ordinal));

        Assert.DoesNotContain("waiting", after, StringComparison.Ordinal);
        Assert.Contains("\nvalue    *** (32 bytes)\n", after, StringComparison.Ordinal);
    }

    private static async Task<ScriptFixture> OpenAsync()
    {
        var fixture = await ScriptFixture.OpenAsync("vault");
        await RunCommandTests.SetAsync(fixture, "market_data/provider/credentials", "{value:A}");
        var path = Path.Combine(fixture.Folder, ".env");
        await File.WriteAllTextAsync(
            path,
            fixture.Placeholders.Fill(
                "MARKET_DATA_PROVIDER_WEBSOCKET_API_KEY={value:A}\n"
                    + "DATABASE_URL=postgres://trader:p{value:B}@db.internal:5432/trading\nLOG_LEVEL=info\n"
            )
        );
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return fixture;
    }
}
