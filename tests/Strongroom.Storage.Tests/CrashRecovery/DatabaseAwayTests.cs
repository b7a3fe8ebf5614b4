using System.Globalization;
using Strongroom.Peers;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>
/// A database that a whole life never reached is no reason not to read: its rows wait in the journal for the next start.
/// </summary>
public sealed class DatabaseAwayTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Database_away_for_a_whole_life_gets_its_rows_at_the_next_start(bool killed)
    {
        await using var store = await postgres.CreateStoreAsync();
        using var home = new ReaderSecretSource();
        home.PointTo(store);
        home.Database["DATABASE_PORT"] = FreePorts.Take().ToString(CultureInfo.InvariantCulture);

        await LiveUnheardAsync(home, killed);
        home.PointTo(store);
        await home.LiveAsync();

        await home.AssertAccountedAsync(store);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Database_password_wrong_from_the_start_delays_the_rows_to_the_next_start(bool killed)
    {
        await using var store = await postgres.CreateStoreAsync();
        using var home = new ReaderSecretSource();
        home.PointTo(store);
        home.WriteSecrets(databasePassword: ReaderSecretSource.Random());

        await LiveUnheardAsync(home, killed);
        home.PointTo(store);
        await home.LiveAsync();

        await home.AssertAccountedAsync(store);
    }

    private static async Task LiveUnheardAsync(ReaderSecretSource home, bool killed)
    {
        using var life = await home.StartAsync();
        await (killed ? home.KillAsync(life) : home.EndAsync(life));
        Assert.Equal(1, home.JournalsLeft);
    }
}
