using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Session;

/// <summary>
/// Commands whose audit finds no schema leave small files, and the first that finds one brings all of them home.
/// </summary>
public class WaitingJournalsTests
{
    [Fact]
    public async Task Journals_that_wait_for_the_schema_are_small_and_the_next_command_brings_them_home_and_says_so_once()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        fixture.Variables["DEPLOYMENT_ENV"] = "staging";
        fixture.Variables["STRONGROOM_JOURNAL_DIR"] = Path.Combine(fixture.Folder, "journals");
        for (var command = 0; command < 5; command++)
            await InProcess.RunAsync(["list"], fixture.Variables, fixture.Folder, []);
        var left = Directory.GetFiles(fixture.Variables["STRONGROOM_JOURNAL_DIR"], "*.journal");
        Assert.Equal(5, left.Length);
        Assert.True(left.Sum(file => new FileInfo(file).Length) < 5 * 32 * 1024);

        var upgraded = await InProcess.RunAsync(["database", "upgrade"], fixture.Variables, fixture.Folder, []);
        Assert.True(upgraded.ExitCode == 0, upgraded.Error);
        var next = await InProcess.RunAsync(["list"], fixture.Variables, fixture.Folder, []);
        var afterwards = await InProcess.RunAsync(["list"], fixture.Variables, fixture.Folder, []);

        Assert.Empty(Directory.GetFiles(fixture.Variables["STRONGROOM_JOURNAL_DIR"], "*.journal"));
        Assert.Single([upgraded.Error, next.Error, afterwards.Error], error =>
            error.Contains("earlier commands", StringComparison.Ordinal)
        );
    }
}
