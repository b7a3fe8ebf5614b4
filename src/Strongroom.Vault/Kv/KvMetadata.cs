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
    /// <summary>Vault's own limit where neither secret nor mount sets one.</summary>
    private const int DefaultMaxVersions = 10;

    /// <summary>The writes that a kept version must survive: a promotion, a rollback, and one by somebody else.</summary>
    private const int Headroom = 3;

    /// <summary>Each version, newest first.</summary>
    internal async IAsyncEnumerable<SecretVersionInfo> HistoryAsync(
        SecretLocation location,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (
            var version in await VersionsAsync(location.StoredName.Path, location.Name, location.StoredName.Field, ct)
                .ConfigureAwait(false)
        )
            yield return version;
    }

    /// <summary>
    /// Adds custom metadata and reads it back: servers before 1.9 accept it and discard it. Other entries keep their values.
    /// </summary>
    internal async ValueTask<bool> TryNoteAsync(
        string path,
        SecretName name,
        IReadOnlyDictionary<string, string> notes,
        CancellationToken ct
    )
    {
        var all = await NotesAsync(path, name, ct).ConfigureAwait(false);
        foreach (var (key, value) in notes)
            all[key] = value;
        using var body = WireBody.CustomMetadata(all);
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
        var kept = await NotesAsync(path, name, ct).ConfigureAwait(false);
        return notes.All(note => kept.GetValueOrDefault(note.Key) == note.Value);
    }

    /// <summary>
    /// Checks that newer versions do not displace this one soon: Vault removes the oldest beyond <c>max_versions</c>, and a
    /// version whose <c>deletion_time</c> has come.
    /// </summary>
    internal async ValueTask<string?> EnsureKeptAsync(string path, SecretName name, SecretVersion version, CancellationToken ct)
    {
        using var reply = await ReadAsync(path, name, null, ct).ConfigureAwait(false);
        var data = VaultReply.Object(reply.Root, "data");
        var entry = VaultReply.Object(VaultReply.Object(data, "versions"), version.Id);
        if (
            !long.TryParse(version.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || entry.ValueKind != JsonValueKind.Object
            || StateOf(entry) != SecretVersionState.Available
        )
            throw KvErrors.VersionGone(name, version);
        if (Timestamp(entry, "deletion_time") is { } at)
            throw KvErrors.NotWritten(
                name,
                $"version {version} would be deleted at {at.UtcDateTime:yyyy-MM-dd HH:mm}Z. Remove delete_version_after from "
                    + $"{path} and its mount, then write the secret once more"
            );
        var most = Number(data, "max_versions");
        if (most == 0)
            most = await MountLimitAsync(ct).ConfigureAwait(false);
        var needed = Number(data, "current_version") - number + 1 + Headroom;
        return most >= needed
            ? reply.RequestId
            : throw KvErrors.NotWritten(
                name,
                $"Vault keeps {most} versions of {path}, so version {version} would soon be removed. Keep more: "
                    + $"vault kv metadata put -mount={paths.Mount} -max-versions={Math.Max(needed, DefaultMaxVersions)} {path}"
            );
    }

    /// <summary>The versions whose value is still stored, without the newest.</summary>
    internal async ValueTask<long[]> StoredOlderThanAsync(string path, SecretName name, long newest, CancellationToken ct)
    {
        var stored = new List<long>();
        foreach (var version in await VersionsAsync(path, name, null, ct).ConfigureAwait(false))
        {
            var number = long.Parse(version.Version.Id, CultureInfo.InvariantCulture);
            if (number < newest && version.State != SecretVersionState.Destroyed)
                stored.Add(number);
        }
        return [.. stored];
    }

    /// <summary>The mount's own limit; Vault's default where it has none or does not say.</summary>
    private async ValueTask<long> MountLimitAsync(CancellationToken ct)
    {
        using var reply = await client.AskAsync(VaultRequest.Get(paths.Url("", "config")), ct).ConfigureAwait(false);
        var most = reply.IsSuccess ? Number(VaultReply.Object(reply.Root, "data"), "max_versions") : 0;
        return most == 0 ? DefaultMaxVersions : most;
    }

    private async ValueTask<Dictionary<string, string>> NotesAsync(string path, SecretName name, CancellationToken ct)
    {
        using var reply = await ReadAsync(path, name, null, ct).ConfigureAwait(false);
        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        var kept = VaultReply.Object(VaultReply.Object(reply.Root, "data"), "custom_metadata");
        if (kept.ValueKind == JsonValueKind.Object)
            foreach (var note in kept.EnumerateObject())
                notes[note.Name] = note.Value.GetString() ?? "";
        return notes;
    }

    private static long Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.Number
        && found.TryGetInt64(out var value)
            ? value
            : 0;

    private async ValueTask<List<SecretVersionInfo>> VersionsAsync(
        string path,
        SecretName name,
        string? field,
        CancellationToken ct
    )
    {
        using var reply = await ReadAsync(path, name, field, ct).ConfigureAwait(false);
        var data = VaultReply.Object(reply.Root, "data");
        var current = Number(data, "current_version");
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
