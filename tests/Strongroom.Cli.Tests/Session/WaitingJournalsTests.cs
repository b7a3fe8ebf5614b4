using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Session;

/// <summary>Commands whose audit finds no schema leave small files, and the first that finds one brings all of them home.</summary>
public class WaitingJournalsTests
{
    [Fact]
    public async Task Journals_that_wait_for_the_schema_are_small_and_the_next_command_brings_them_home_and_says_so_once()
    {
        await using var room = await ScriptRoom.OpenAsync("vault");
        room.Variables["DEPLOYMENT_ENV"] = "staging";
        room.Variables["STRONGROOM_JOURNAL_DIR"] = Path.Combine(room.Folder, "journals");
        for (var command = 0; command < 5; command++)
            await InProcess.RunAsync(["list"], room.Variables, room.Folder, []);
        var left = Directory.GetFiles(room.Variables["STRONGROOM_JOURNAL_DIR"], "*.journal");
        Assert.Equal(5, left.Length);
        Assert.True(left.Sum(file => new FileInfo(file).Length) < 5 * 32 * 1024);

        var upgraded = await InProcess.RunAsync(["database", "upgrade"], room.Variables, room.Folder, []);
        Assert.True(upgraded.ExitCode == 0, upgraded.Error);
        var next = await InProcess.RunAsync(["list"], room.Variables, room.Folder, []);
        var afterwards = await InProcess.RunAsync(["list"], room.Variables, room.Folder, []);

        Assert.Empty(Directory.GetFiles(room.Variables["STRONGROOM_JOURNAL_DIR"], "*.journal"));
        Assert.Single([upgraded.Error, next.Error, afterwards.Error], error => error.Contains("earlier commands", StringComparison.Ordinal));
    }
}
