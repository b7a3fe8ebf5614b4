using Microsoft.Extensions.Logging;

namespace Strongroom.Vault.Kv;

/// <summary>
/// What the mount's answers have shown it to be. It is taken for version 2 until one does not fit; then the same secret is asked
/// for in version 1's way, once <see cref="MountLookup"/> says so.
/// </summary>
internal sealed class KvMount(KvPaths paths, ILogger logger)
{
    private volatile int _version;

    internal bool IsUnknown => _version == 0;

    internal bool IsVersion1 => _version == 1;

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
    }

    /// <summary>It was upgraded while we ran.</summary>
    internal void Forget() => _version = 0;

    internal SecretConfigurationException NoKv(SecretName? about = null) =>
        new(
            SecretErrorCode.SettingInvalid,
            $"There is no KV engine at '{paths.Mount}' in Vault. Set VAULT_KV_MOUNT to the path that 'vault secrets list' "
                + "shows for it, and VAULT_NAMESPACE to the namespace that it is in.",
            about,
            VaultDefaults.BackendName
        );

    /// <summary>
    /// A mount that changed, or is gone, answers as one where a secret was deleted; that must never end a value that is in use.
    /// </summary>
    internal SecretUnavailableException NotSure(SecretName about) =>
        new(
            SecretErrorCode.Unreachable,
            $"'{about}' was not found, and Vault does not report whether '{paths.Mount}' is a KV engine. "
                + $"Check VAULT_KV_MOUNT and VAULT_NAMESPACE, and that the policy grants something below '{paths.Mount}/'.",
            about,
            VaultDefaults.BackendName
        );
}
