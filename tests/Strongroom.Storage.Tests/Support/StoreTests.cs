namespace Strongroom.Storage.Tests.Support;

/// <summary>The frame of each conformance suite: a store for each test, of the kind that the deriving class names.</summary>
public abstract class StoreTests : IAsyncLifetime
{
    private protected TestStore Store { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected abstract Task<TestStore> CreateStoreAsync();

    public async ValueTask InitializeAsync() => Store = await CreateStoreAsync();

    public async ValueTask DisposeAsync()
    {
        if (Store is not null)
            await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<long> CountAsync(string table) =>
        Store
            .Open()
            .UseAsync(async (connection, ct) => (long)(await connection.ScalarAsync($"SELECT count(*) FROM {table}", ct))!, Ct);
}
