using System.Security.Cryptography;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>
/// Promise 7 against kill -9: whenever the reader dies, the store accounts in the end for what the reader counted itself.
/// </summary>
public abstract class KilledReaderConformance : StoreTests
{
    private const int LongestLife = 1200;
    private static readonly int s_kills = TestLength.Of(whole: 20, share: 6);

    [Fact]
    [Trait("length", "long")]
    public async Task Reader_killed_at_random_instants_is_accounted_for_in_full()
    {
        using var home = new ReaderSecretSource();
        home.PointTo(Store);
        for (var kill = 0; kill < s_kills; kill++)
        {
            using var life = await home.StartAsync();
            // The instant is the point: the drainer works once a second, so that this meets it at work and at rest.
            await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(LongestLife)), TimeProvider.System, Ct);
            await home.KillAsync(life);
        }

        using var last = await home.StartAsync();
        await home.WaitForAdoptionAsync();
        await home.EndAsync(last);

        await home.AssertAccountedAsync(Store);
    }
}

public sealed class SqliteKilledReaderTests : KilledReaderConformance
{
    private protected override Task<TestStore> CreateStoreAsync() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class PostgreSqlKilledReaderTests(PostgresFixture postgres) : KilledReaderConformance
{
    private protected override async Task<TestStore> CreateStoreAsync() => await postgres.CreateStoreAsync();
}
