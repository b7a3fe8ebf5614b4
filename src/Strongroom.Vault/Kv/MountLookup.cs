using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Kv;

/// <summary>What is mounted, according to Vault.</summary>
internal enum MountKind
{
    /// <summary>It does not say: nothing is there, or the token may do nothing there.</summary>
    NotTold,

    /// <summary>KV version 1.</summary>
    Version1,

    /// <summary>KV version 2.</summary>
    Version2,

    /// <summary>No KV engine, or one that is mounted elsewhere.</summary>
    Other,
}

/// <summary>
/// Asks what is mounted, where an answer would else be taken for a secret's absence or for a policy's fault. Vault's own command
/// asks the same before each read; no policy grants it; any permission below the mount is enough. It is never asked on the
/// way of a read that works.
/// </summary>
internal sealed class MountLookup(AuthorizedClient client, KvPaths paths)
{
    internal async ValueTask<MountKind> AskAsync(CancellationToken ct)
    {
        using var reply = await client
            .AskAsync(VaultRequest.Get($"sys/internal/ui/mounts/{paths.MountUrl}"), ct)
            .ConfigureAwait(false);
        var data = reply.IsSuccess ? VaultReply.Object(reply.Root, "data") : default;
        if (VaultReply.Text(data, "path") is not { } found)
            return MountKind.NotTold;
        if (found != paths.Mount + "/" || VaultReply.Text(data, "type") is not ("kv" or "generic"))
            return MountKind.Other;
        return VaultReply.Text(VaultReply.Object(data, "options"), "version") == "2" ? MountKind.Version2 : MountKind.Version1;
    }
}
