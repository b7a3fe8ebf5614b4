using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>
/// Two processes of one service with one instance name and one journal folder: each has a journal of its own, and both are
/// accounted for.
/// </summary>
public sealed class TwoAtOnceTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Two_readers_at_once_are_accounted_for_each_whether_killed_or_ended(bool firstKilled, bool secondKilled)
    {
        await using var store = new SqliteTestStore();
        using var home = new ReaderSecretSource();
        home.PointTo(store);
        home.Database["STRONGROOM_INSTANCE"] = "twin";
        using (var first = await home.StartAsync())
        using (var second = await home.StartAsync())
        {
            Assert.Equal(2, home.JournalsLeft);
            await first.ReadOnAsync();
            await second.ReadOnAsync();
            await (firstKilled ? home.KillAsync(first) : home.EndAsync(first));
            await (secondKilled ? home.KillAsync(second) : home.EndAsync(second));
        }
        // A reader that ends in order adopts the journal of one that was killed, unless it looked for such journals before.
        var killed = (firstKilled ? 1 : 0) + (secondKilled ? 1 : 0);
        Assert.InRange(home.JournalsLeft, secondKilled ? killed : 0, killed);

        await home.LiveAsync();
        await home.AssertAccountedAsync(store);
    }
}
