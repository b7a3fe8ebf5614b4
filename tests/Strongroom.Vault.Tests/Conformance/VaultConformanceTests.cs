using Strongroom.Conformance;
using Strongroom.Testing;

namespace Strongroom.Vault.Tests.Conformance;

public sealed class VaultReadTests : ReadConformance
{
    protected override Task<BackendFixture> OpenAsync() => VaultMountFixture.OpenAsync();
}

public sealed class VaultWriteTests : WriteConformance
{
    protected override Task<BackendFixture> OpenAsync() => VaultMountFixture.OpenAsync();
}

public sealed class VaultHistoryTests : HistoryConformance
{
    protected override Task<BackendFixture> OpenAsync() => VaultMountFixture.OpenAsync();
}

public sealed class VaultRotationTests : RotationConformance
{
    protected override Task<BackendFixture> OpenAsync() => VaultMountFixture.OpenAsync();
}

public sealed class OldVaultRotationTests : RotationConformance
{
    protected override Task<BackendFixture> OpenAsync() => VaultMountFixture.OpenOwnAsync(VaultRelease.V18);
}

public sealed class OldVaultReadTests : ReadConformance
{
    protected override Task<BackendFixture> OpenAsync() => VaultMountFixture.OpenOwnAsync(VaultRelease.V18);
}

public sealed class OldVaultWriteTests : WriteConformance
{
    protected override Task<BackendFixture> OpenAsync() => VaultMountFixture.OpenOwnAsync(VaultRelease.V18);
}

public sealed class OldVaultHistoryTests : HistoryConformance
{
    protected override Task<BackendFixture> OpenAsync() => VaultMountFixture.OpenOwnAsync(VaultRelease.V18);
}
