using Strongroom.Aws.Tests.Support;
using Strongroom.Conformance;

namespace Strongroom.Aws.Tests.Conformance;

public sealed class ServerReadTests : ReadConformance
{
    protected override Task<BackendFixture> OpenAsync() => ServerFixture.StartAsync();
}

public sealed class ServerWriteTests : WriteConformance
{
    protected override Task<BackendFixture> OpenAsync() => ServerFixture.StartAsync();
}

public sealed class ServerHistoryTests : HistoryConformance
{
    protected override Task<BackendFixture> OpenAsync() => ServerFixture.StartAsync();
}

public sealed class ServerRotationTests : RotationConformance
{
    protected override Task<BackendFixture> OpenAsync() => ServerFixture.StartAsync();
}

public sealed class MotoRotationTests(MotoFixture moto) : RotationConformance
{
    protected override async Task<BackendFixture> OpenAsync() => await MotoBackendFixture.StartAsync(await moto.GetServerAsync());
}

public sealed class MotoReadTests(MotoFixture moto) : ReadConformance
{
    protected override async Task<BackendFixture> OpenAsync() => await MotoBackendFixture.StartAsync(await moto.GetServerAsync());
}

public sealed class MotoWriteTests(MotoFixture moto) : WriteConformance
{
    protected override async Task<BackendFixture> OpenAsync() => await MotoBackendFixture.StartAsync(await moto.GetServerAsync());
}

public sealed class MotoHistoryTests(MotoFixture moto) : HistoryConformance
{
    protected override async Task<BackendFixture> OpenAsync() => await MotoBackendFixture.StartAsync(await moto.GetServerAsync());
}
