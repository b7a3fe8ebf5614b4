using Strongroom.Backends;
using Strongroom.Conformance;

namespace Strongroom.ThirdParty.Tests;

public sealed class MemoryReadTests : ReadConformance
{
    protected override Task<BackendFixture> OpenAsync() => Task.FromResult<BackendFixture>(new MemoryFixture());
}

public sealed class MemoryWriteTests : WriteConformance
{
    protected override Task<BackendFixture> OpenAsync() => Task.FromResult<BackendFixture>(new MemoryFixture());
}

public sealed class MemoryHistoryTests : HistoryConformance
{
    protected override Task<BackendFixture> OpenAsync() => Task.FromResult<BackendFixture>(new MemoryFixture());
}

public sealed class MemoryRotationTests : RotationConformance
{
    protected override Task<BackendFixture> OpenAsync() => Task.FromResult<BackendFixture>(new MemoryFixture());
}

internal sealed class MemoryFixture : BackendFixture
{
    private const string Below = "team/";

    private readonly MemoryStore _store = new();

    internal MemoryFixture() => Backend = OpenAnother();

    public override ISecretBackend Backend { get; }

    public override string Namespace => Below;

    public override ISecretBackend OpenAnother() => new MemoryBackend(_store, Below);

    public override Task CutAsync()
    {
        _store.IsCut = true;
        return Task.CompletedTask;
    }

    public override Task MendAsync()
    {
        _store.IsCut = false;
        return Task.CompletedTask;
    }

    public override Task DenyAsync(SecretLocation location)
    {
        _store.Denied.Add(location.StoredName.Path);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
