using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Strongroom.Backends;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Kv;

/// <summary>A secret's metadata in Vault: its versions, and our own custom metadata where the server supports it.</summary>
internal sealed class KvMetadata(AuthorizedClient client, KvPaths paths, KvMount mount, KvReader reader, TimeProvider time)
{
    /// <summary>Each version, newest first.</summary>
    internal async IAsyncEnumerable<SecretVersionInfo> HistoryAsync(
        SecretLocation location,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var version in await VersionsAsync(location, ct).ConfigureAwait(false))
            yield return version;
    }

    /// <summary>
    /// Writes custom metadata and reads it back: servers before 1.9 accept it and discard it.
    /// </summary>
    internal async ValueTask<bool> TryNoteAsync(
        string path,
        SecretName name,
        IReadOnlyDictionary<string, string> notes,
        CancellationToken ct
    )
    {
        using var body = WireBody.CustomMetadata(notes);
        using (
            var written = await client
                .SendAsync(VaultRequest.Post(paths.Url("metadata", path), body, name), ct)
                .ConfigureAwait(false)
        )
        {
            if (written.Status == 403)
                throw KvErrors.Denied(name, (paths.Policy("metadata", path), ["create", "update"]));
            if (!written.IsSuccess)
                throw VaultErrors.Misfit(written, VaultRequest.Post("", null, name));
        }
        using var read = await ReadAsync(path, name, null, ct).ConfigureAwait(false);
        var kept = VaultReply.Object(VaultReply.Object(read.Root, "data"), "custom_metadata");
        return notes.All(note => VaultReply.Text(kept, note.Key) == note.Value);
    }

    private async ValueTask<List<SecretVersionInfo>> VersionsAsync(SecretLocation location, CancellationToken ct)
    {
        var (path, field) = (location.StoredName.Path, location.StoredName.Field);
        using var reply = await ReadAsync(path, location.Name, field, ct).ConfigureAwait(false);
        var data = VaultReply.Object(reply.Root, "data");
        var current = data.TryGetProperty("current_version", out var number) && number.TryGetInt64(out var value) ? value : 0;
        var found = new List<(long Number, SecretVersionInfo Info)>();
        foreach (
            var version in VaultReply.Object(data, "versions") is { ValueKind: JsonValueKind.Object } all
                ? all.EnumerateObject()
                : default
        )
        {
            if (long.TryParse(version.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                found.Add(
                    (
                        id,
                        new SecretVersionInfo(
                            new SecretVersion(id.ToString(CultureInfo.InvariantCulture)),
                            Timestamp(version.Value, "created_time"),
                            StateOf(version.Value),
                            id == current,
                            []
                        )
                    )
                );
        }
        return [.. found.OrderByDescending(one => one.Number).Select(one => one.Info)];
    }

    private async ValueTask<VaultReply> ReadAsync(string path, SecretName name, string? field, CancellationToken ct)
    {
        // One read more, once a process at most, tells a version 1 mount from a missing secret.
        if (mount.IsUnknown)
            (await reader.FindAsync(path, name, null, ct).ConfigureAwait(false))?.Dispose();
        if (mount.IsVersion1)
            throw KvErrors.NeedsVersion2(name, paths.Mount);
        var reply = await client.SendAsync(VaultRequest.Get(paths.Url("metadata", path), name), ct).ConfigureAwait(false);
        if (reply.IsSuccess)
            return reply;
        using (reply)
        {
            if (reply.Says("no handler for route"))
                throw mount.NoKv(name);
            throw reply.Status switch
            {
                404 => KvErrors.Missing(name, paths, path, field),
                403 => KvErrors.Denied(name, (paths.Policy("metadata", path), ["read"])),
                _ => VaultErrors.Misfit(reply, VaultRequest.Get("", name)),
            };
        }
    }

    /// <summary>A deletion time ahead of us is the mount's rule for old versions, and no deletion yet.</summary>
    private SecretVersionState StateOf(JsonElement version)
    {
        if (
            version.ValueKind == JsonValueKind.Object
            && version.TryGetProperty("destroyed", out var destroyed)
            && destroyed.ValueKind == JsonValueKind.True
        )
            return SecretVersionState.Destroyed;
        return Timestamp(version, "deletion_time") is { } at && at <= time.GetUtcNow()
            ? SecretVersionState.Deleted
            : SecretVersionState.Available;
    }

    private static DateTimeOffset? Timestamp(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.String
        && found.TryGetDateTimeOffset(out var at)
            ? at
            : null;
}
