using Strongroom.Conformance;

namespace Strongroom.Tests.Env.Conformance;

public sealed class EnvReadTests : ReadConformance
{
    protected override Task<BackendFixture> OpenAsync() => Task.FromResult<BackendFixture>(new EnvFixture());
}

public sealed class EnvWriteTests : WriteConformance
{
    protected override Task<BackendFixture> OpenAsync() => Task.FromResult<BackendFixture>(new EnvFixture());
}

public sealed class EnvHistoryTests : HistoryConformance
{
    protected override Task<BackendFixture> OpenAsync() => Task.FromResult<BackendFixture>(new EnvFixture());
}
