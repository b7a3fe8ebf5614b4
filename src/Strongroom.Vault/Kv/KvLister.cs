using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Kv;

/// <summary>How far a list goes.</summary>
internal sealed record ListBounds
{
    internal int Depth { get; init; } = 16;

    internal int Names { get; init; } = 10_000;

    internal TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>
/// Lists names below a folder, folder by folder, since Vault's own list is not recursive. Where it stops before the end it gives
/// what it has, then says where it stopped: a short list must not pass for a whole one.
/// </summary>
internal sealed class KvLister(
    AuthorizedClient client,
    KvPaths paths,
    KvMount mount,
    string @namespace,
    ListBounds bounds,
    TimeProvider time,
    ILogger logger
)
{
    internal async IAsyncEnumerable<SecretName> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var folder = @namespace + prefix?.TrimEnd('/');
        var root = folder.TrimEnd('/');
        var open = new Stack<(string Folder, int Depth)>();
        open.Push((root, 0));
        var (count, skipped) = (0, 0);
        string? stoppedAt = null;
        var reason = "";
        if (
            prefix is { Length: > 0 }
            && !prefix.EndsWith('/')
            && await IsSecretAsync(root, ct).ConfigureAwait(false)
            && NameOf(root) is { } self
        )
        {
            count++;
            yield return self;
        }
        while (open.TryPop(out var next))
        {
            if (time.GetElapsedTime(began) > bounds.Time)
            {
                (stoppedAt, reason) = (next.Folder, $"it took more than {bounds.Time.TotalSeconds:0} s");
                break;
            }
            var keys = await KeysAsync(next.Folder, ct).ConfigureAwait(false);
            var folders = new List<string>();
            foreach (var key in keys)
            {
                var path = next.Folder.Length == 0 ? key : $"{next.Folder}/{key}";
                if (key.EndsWith('/'))
                {
                    folders.Add(path.TrimEnd('/'));
                }
                else if (!key.EndsWith(KvPaths.PendingMark, StringComparison.Ordinal))
                {
                    if (NameOf(path) is not { } name)
                    {
                        skipped++;
                        continue;
                    }
                    if (++count > bounds.Names)
                    {
                        (stoppedAt, reason) = (path, $"there are more than {bounds.Names} names");
                        break;
                    }
                    yield return name;
                }
            }
            if (count > bounds.Names)
                break;
            if (open.Count + folders.Count > bounds.Names)
            {
                (stoppedAt, reason) = (next.Folder, $"there are more than {bounds.Names} folders");
                break;
            }
            if (next.Depth + 1 < bounds.Depth)
            {
                for (var i = folders.Count - 1; i >= 0; i--)
                    open.Push((folders[i], next.Depth + 1));
            }
            else if (folders.Count > 0)
            {
                (stoppedAt, reason) = (folders[0], $"it is deeper than {bounds.Depth} folders");
            }
        }
        if (skipped > 0)
            Log.NamesSkipped(logger, skipped);
        if (stoppedAt is null)
            yield break;
        Log.ListStopped(logger, stoppedAt, reason);
        throw new SecretRefusedException(
            SecretErrorCode.Unsupported,
            $"The list stopped at '{stoppedAt}' because {reason}; it is incomplete. List a subfolder by its prefix.",
            backend: VaultDefaults.BackendName
        );
    }

    private SecretName? NameOf(string path) =>
        path.StartsWith(@namespace, StringComparison.Ordinal)
        && SecretName.TryParse(path[@namespace.Length..], out var name, out _)
        && name.Field is null
            ? name
            : null;

    /// <summary>Whether the prefix is itself a secret, where we may look.</summary>
    private async ValueTask<bool> IsSecretAsync(string path, CancellationToken ct)
    {
        var slash = path.LastIndexOf('/');
        try
        {
            var keys = await KeysAsync(slash < 0 ? "" : path[..slash], ct).ConfigureAwait(false);
            return keys.Contains(path[(slash + 1)..], StringComparer.Ordinal);
        }
        catch (SecretAccessDeniedException)
        {
            return false;
        }
    }

    private async ValueTask<List<string>> KeysAsync(string folder, CancellationToken ct)
    {
        if (!mount.IsUnknown)
            return await KeysAsync(mount.IsVersion1 ? "" : "metadata", folder, ct).ConfigureAwait(false) ?? [];
        List<string>? keys = null;
        SecretAccessDeniedException? denied = null;
        try
        {
            keys = await KeysAsync("metadata", folder, ct).ConfigureAwait(false);
        }
        catch (SecretAccessDeniedException e)
        {
            denied = e;
        }
        if (keys is not null)
        {
            mount.SawVersion2();
            return keys;
        }
        try
        {
            keys = await KeysAsync("", folder, ct).ConfigureAwait(false);
        }
        catch (SecretAccessDeniedException)
        {
            // It is a version 2 mount, or what that one said holds for this one too.
        }
        if (keys is null)
            return denied is null ? [] : throw denied;
        mount.SawVersion1();
        return keys;
    }

    /// <summary>Null where there is no such folder.</summary>
    private async ValueTask<List<string>?> KeysAsync(string area, string folder, CancellationToken ct)
    {
        // The same as the verb LIST, which not every proxy lets through.
        var url =
            (
                folder.Length == 0
                    ? area.Length == 0
                        ? paths.MountUrl
                        : $"{paths.MountUrl}/{area}"
                    : paths.Url(area, folder)
            ) + "?list=true";
        using var reply = await client
            .SendAsync(VaultRequest.Get(url) with { MaxAnswer = 16 * 1024 * 1024 }, ct)
            .ConfigureAwait(false);
        if (reply.Says("no handler for route"))
            throw mount.NoKv();
        return reply.Status switch
        {
            404 or 405 => null,
            403 => throw Denied(paths.Policy(area, folder.Length == 0 ? "" : folder + "/")),
            200 => Keys(VaultReply.Object(reply.Root, "data")),
            _ => throw VaultErrors.Misfit(reply, VaultRequest.Get(url)),
        };
    }

    private static SecretAccessDeniedException Denied(string path) =>
        new(
            SecretErrorCode.Denied,
            $"Vault denies the list. The policy lacks: {KvPaths.PolicyLine(path, ["list"])}.",
            backend: VaultDefaults.BackendName
        );

    private static List<string> Keys(JsonElement data)
    {
        var keys = new List<string>();
        if (
            data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("keys", out var list)
            && list.ValueKind == JsonValueKind.Array
        )
        {
            foreach (var key in list.EnumerateArray())
            {
                if (key.ValueKind == JsonValueKind.String && key.GetString() is { Length: > 0 } text)
                    keys.Add(text);
            }
        }
        return keys;
    }
}
