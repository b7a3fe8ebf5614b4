using Strongroom.Conformance;

namespace Strongroom.Tests.Env.Conformance;

public sealed class EnvReadTests : ReadConformance
{
    protected override Task<BackendRoom> OpenAsync() => Task.FromResult<BackendRoom>(new EnvRoom());
}

public sealed class EnvWriteTests : WriteConformance
{
    protected override Task<BackendRoom> OpenAsync() => Task.FromResult<BackendRoom>(new EnvRoom());
}

public sealed class EnvHistoryTests : HistoryConformance
{
    protected override Task<BackendRoom> OpenAsync() => Task.FromResult<BackendRoom>(new EnvRoom());
}
