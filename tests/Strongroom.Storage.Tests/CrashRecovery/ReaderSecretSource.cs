using System.Globalization;
using System.Security.Cryptography;
using Strongroom.Audit;
using Strongroom.KilledReader;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>
/// Where all lives of a reader are at home: one folder, one journal folder, one database; and the comparison of the two accounts.
/// </summary>
internal sealed class ReaderSecretSource : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strongroom-killed-").FullName;
    private readonly List<(string Counters, bool Killed)> _lives = [];
    private int _started;

    internal ReaderSecretSource()
    {
        Journals = Path.Combine(_folder, "journals");
        File.WriteAllText(Path.Combine(_folder, "secrets.json"), ReadNames.Declaration);
    }

    internal string Journals { get; set; }

    /// <summary>Where the database is, in the reader's settings.</summary>
    internal Dictionary<string, string?> Database { get; } = [];

    internal void PointTo(TestStore store)
    {
        var options = store.Context.Options;
        Database["DATABASE_PATH"] = options.Host is null ? options.Path : null;
        Database["DATABASE_HOST"] = options.Host;
        Database["DATABASE_PORT"] = options.Host is null ? null : options.Port.ToString(CultureInfo.InvariantCulture);
        Database["DATABASE_NAME"] = options.Name;
        Database["DATABASE_USER"] = options.User;
        WriteSecrets((store as PostgresTestStore)?.Server.Password ?? Random());
    }

    internal void WriteSecrets(string databasePassword)
    {
        var path = Path.Combine(_folder, ".env");
        File.Delete(path);
        var how = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new StreamWriter(path, how);
        file.Write(
            $"PAIR_FIRST={Random()}\nPAIR_SECOND={Random()}\nLONE_SECRET={Random()}\nDATABASE_PASSWORD={databasePassword}\n"
        );
    }

    internal static string Random() => RandomNumberGenerator.GetHexString(32);

    internal Task<ReaderLife> StartAsync() =>
        ReaderLife.StartAsync(
            Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"counters.{_started++}")),
            [
                .. Database.Where(setting => setting.Value is not null),
                new("DEPLOYMENT_ENV", "test"),
                new("SECRET_BACKEND", "env"),
                new("SECRET_DOTENV_PATH", Path.Combine(_folder, ".env")),
                new("SECRET_DECLARATION", Path.Combine(_folder, "secrets.json")),
                new("SECRET_CACHE_REFRESH", "1s"),
                new("STRONGROOM_JOURNAL_DIR", Journals),
                new("XDG_STATE_HOME", Path.Combine(_folder, "state")),
                new("HOME", _folder),
            ]
        );

    internal async Task KillAsync(ReaderLife life)
    {
        await life.KillAsync();
        _lives.Add((life.CountersPath, Killed: true));
    }

    internal async Task EndAsync(ReaderLife life)
    {
        await life.EndAsync();
        _lives.Add((life.CountersPath, Killed: false));
    }

    internal int JournalsLeft => Directory.Exists(Journals) ? Directory.GetFiles(Journals, "*.journal").Length : 0;

    /// <summary>Waits until the life that runs now has brought home what all dead ones left.</summary>
    internal Task WaitForAdoptionAsync() => UntilAsync(() => JournalsLeft <= 1);

    internal static Task UntilAsync(Func<bool> done) => UntilAsync(() => Task.FromResult(done()));

    internal static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!await done())
            await timer.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>A life that brings home what all before it left.</summary>
    internal async Task LiveAsync()
    {
        using var life = await StartAsync();
        await WaitForAdoptionAsync();
        await EndAsync(life);
    }

    /// <summary>The store accounts for each life as the life's own counters do, and has each row once.</summary>
    internal async Task AssertAccountedAsync(TestStore store)
    {
        var boots = await ReadBootsAsync(store);
        Assert.Equal(_lives.Count, boots.Count);
        foreach (var (life, boot) in _lives.Zip(boots))
        {
            Assert.Equal(
                life.Killed ? AccessOutcome.Failed : AccessOutcome.Success,
                boot.Single(row => row.Operation == AccessOperation.Close).Outcome
            );
            AssertCounted([life], boot);
        }
    }

    /// <summary>
    /// As <see cref="AssertAccountedAsync"/>, where a life had to begin a fresh journal and so has several boots.
    /// </summary>
    internal async Task AssertAccountedInTotalAsync(TestStore store) =>
        AssertCounted(_lives, (await ReadBootsAsync(store)).SelectMany(boot => boot));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Boots have no number; the order of their first rows is that of the lives.</summary>
    private async Task<List<IGrouping<Guid, AccessRow>>> ReadBootsAsync(TestStore store)
    {
        Assert.Empty(Directory.GetFiles(Journals, "*.journal*"));
        var boots = (await store.OpenAudit().QueryAllAsync())
            .GroupBy(row => row.Boot)
            .OrderBy(boot => boot.Min(row => row.Sequence == 1 ? row.FirstAt : DateTimeOffset.MaxValue))
            .ToList();
        foreach (var boot in boots)
        {
            Assert.Equal(
                Enumerable.Range(1, boot.Count()).Select(number => (long)number),
                boot.Select(row => row.Sequence).Order()
            );
            Assert.Equal(boot.Count(), Assert.Single(boot, row => row.Operation == AccessOperation.Close).Sequence);
            Assert.DoesNotContain(boot, row => row.Operation == AccessOperation.Gap);
        }
        return boots;
    }

    private static void AssertCounted(IReadOnlyCollection<(string Counters, bool Killed)> lives, IEnumerable<AccessRow> rows)
    {
        var stored = rows.Where(row => row.Operation == AccessOperation.Get)
            .ToLookup(row => row.Name, row => row.AccessCount, StringComparer.Ordinal);
        for (var name = 0; name < ReadNames.All.Length; name++)
        {
            var (begunInAll, doneInAll) = (0L, 0L);
            foreach (var (path, killed) in lives)
            {
                using var counters = ReadCounters.Open(path);
                var (begun, done) = (counters.Begun(name), counters.Done(name));
                Assert.True(done > 0, $"{ReadNames.All[name]} was never read.");
                Assert.InRange(begun - done, 0, killed ? ReadCounters.Threads : 0);
                begunInAll += begun;
                doneInAll += done;
            }
            Assert.InRange(stored[ReadNames.All[name].ToString()].Sum(), doneInAll, begunInAll);
        }
    }
}
