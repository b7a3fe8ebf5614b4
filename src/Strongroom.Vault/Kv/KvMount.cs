using System.Text.Json;
using Microsoft.Extensions.Logging;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Kv;

/// <summary>What is known of the mount. It is taken for version 2 until an answer does not fit; only then Vault is asked.</summary>
internal sealed class KvMount(KvPaths paths, AuthorizedClient client, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_askAgain = TimeSpan.FromMinutes(5);

    private volatile int _version;
    private long _askedAt = long.MinValue;

    /// <summary>1, 2, or 0 where nobody knows.</summary>
    internal int Version => _version;

    internal bool IsVersion1 => _version == 1;

    internal void SawVersion2() => _version = 2;

    internal void Forget() => _version = 0;

    /// <summary>Asks which engine is mounted, where that is not known and was not asked lately.</summary>
    /// <returns>True where it turned out to be version 1.</returns>
    internal async ValueTask<bool> IsFoundToBeVersion1Async(CancellationToken ct)
    {
        if (_version != 0)
            return IsVersion1;
        var now = time.GetUtcNow().UtcTicks;
        var asked = Interlocked.Read(ref _askedAt);
        if (asked != long.MinValue && now - asked < s_askAgain.Ticks)
            return false;
        using var reply = await client.AskAsync(VaultRequest.Get($"sys/internal/ui/mounts/{paths.MountUrl}"), ct).ConfigureAwait(false);
        Interlocked.Exchange(ref _askedAt, now);
        if (!reply.IsSuccess)
            return false;
        var data = VaultReply.Object(reply.Root, "data");
        if (VaultReply.Text(data, "type") is not ("kv" or "generic"))
            throw NoKv();
        _version = VaultReply.Text(VaultReply.Object(data, "options"), "version") == "2" ? 2 : 1;
        if (_version == 1)
            Log.MountIsVersion1(logger, paths.Mount);
        return IsVersion1;
    }

    internal SecretConfigurationException NoKv(SecretName? about = null) => new(
        SecretErrorCode.SettingInvalid,
        $"There is no KV engine at '{paths.Mount}' in Vault. Set VAULT_KV_MOUNT to the path that 'vault secrets list' shows for it, and VAULT_NAMESPACE to the namespace that it is in.",
        about, VaultBackend.BackendName);
}
