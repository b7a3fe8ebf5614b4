using Strongroom.Storage.Schema;
using Strongroom.Storage.Tests.Support;
using Strongroom.Storage.UsedIds;

namespace Strongroom.Storage.Tests.UsedIds;

/// <summary>What the store of used ids does on every database.</summary>
public abstract class UsedIdStoreConformance : StoreTests
{
    [Fact]
    public async Task TryUseAsync_same_id_on_another_instance_is_refused()
    {
        Assert.True(await Open().TryUseAsync("call:one", Ct));
        Assert.False(await Open().TryUseAsync("call:one", Ct));
        Assert.True(await Open().TryUseAsync("call:two", Ct));
    }

    [Fact]
    public async Task TryUseAsync_of_many_at_once_tells_one_true()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => Open()).ToList();
        var first = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => Task.Run(() => stores[i % 4].TryUseAsync("call:one", Ct).AsTask()))
        );
        Assert.Single(first, true);
    }

    [Fact]
    public async Task TryUseAsync_removes_rows_of_another_day_and_no_younger_ones()
    {
        var time = new SteppedTime();
        var store = Open(time);
        await store.TryUseAsync("call:old", Ct);
        time.Pass(TimeSpan.FromHours(23));
        await store.TryUseAsync("call:young", Ct);
        Assert.Equal(2, await CountAsync("used_ids"));
        time.Pass(TimeSpan.FromHours(2));
        await store.TryUseAsync("call:new", Ct);
        Assert.Equal(2, await CountAsync("used_ids"));
        Assert.False(await store.TryUseAsync("call:young", Ct));
    }

    [Fact]
    public async Task TryUseAsync_while_the_clock_is_stepped_ahead_frees_no_id()
    {
        var time = new SteppedTime();
        var store = Open(time);
        await store.TryUseAsync("call:one", Ct);
        time.Pass(TimeSpan.FromMinutes(2));
        time.Step(TimeSpan.FromDays(400));
        await store.TryUseAsync("call:two", Ct);
        time.Step(TimeSpan.FromDays(-400));
        Assert.False(await store.TryUseAsync("call:one", Ct));
    }

    private UsedIdStore Open(TimeProvider? time = null)
    {
        var database = Store.Open();
        return new UsedIdStore(database, new StrongroomSchema(database), time ?? TimeProvider.System);
    }

    private sealed class SteppedTime : TimeProvider
    {
        private DateTimeOffset _wall = new(2026, 1, 5, 14, 30, 0, TimeSpan.Zero);
        private long _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _passed;

        internal void Step(TimeSpan step) => _wall += step;

        internal void Pass(TimeSpan length)
        {
            _wall += length;
            _passed += length.Ticks;
        }
    }
}

public sealed class SqliteUsedIdStoreTests : UsedIdStoreConformance
{
    private protected override Task<TestStore> CreateStoreAsync() => Task.FromResult<TestStore>(new SqliteTestStore());
}

public sealed class PostgreSqlUsedIdStoreTests(PostgresFixture postgres) : UsedIdStoreConformance
{
    private protected override async Task<TestStore> CreateStoreAsync() => await postgres.CreateStoreAsync();
}
