using Microsoft.Extensions.Logging;

namespace Strongroom.Vault.Kv;

/// <summary>
/// What the mount's answers have shown it to be. It is taken for version 2 until one does not fit; then the same secret is asked for
/// in version 1's way. What Vault has to tell mounts apart carries no promise to stay, and needs rights of its own.
/// </summary>
internal sealed class KvMount(KvPaths paths, ILogger logger)
{
    private volatile int _version;

    internal bool IsUnknown => _version == 0;

    internal bool IsVersion1 => _version == 1;

    /// <summary>Nothing says that it is version 1, but it did not answer as version 2 does: enough not to write into it.</summary>
    internal bool IsDoubtful { get; private set; }

    internal void Doubt() => IsDoubtful = _version == 0;

    internal void SawVersion1()
    {
        if (_version == 1)
            return;
        _version = 1;
        Log.MountIsVersion1(logger, paths.Mount);
    }

    internal void SawVersion2()
    {
        _version = 2;
        IsDoubtful = false;
    }

    /// <summary>It was upgraded while we ran.</summary>
    internal void Forget() => _version = 0;

    internal SecretConfigurationException NoKv(SecretName? about = null) => new(
        SecretErrorCode.SettingInvalid,
        $"There is no KV engine at '{paths.Mount}' in Vault. Set VAULT_KV_MOUNT to the path that 'vault secrets list' shows for it, and VAULT_NAMESPACE to the namespace that it is in.",
        about, VaultBackend.BackendName);
}
