using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Strongroom.Backends;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Kv;

/// <summary>
/// Changes secrets: read, change, write under check-and-set, so that no concurrently written field is lost.
/// </summary>
internal sealed class KvWriter(KvPaths paths, KvMount mount, KvReader reader, KvPut put, KvPending pending)
{
    /// <summary>How often a write without a condition is retried when others write too.</summary>
    private const int Attempts = 4;

    internal async ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct)
    {
        if (write.Stage == SecretStage.Previous)
            throw KvErrors.NotWritten(
                write.Location.Name,
                "the previous value cannot be written; only the current and the pending value can"
            );
        if (write.Stage == SecretStage.Pending)
            return await pending.WriteAsync(write, ct).ConfigureAwait(false);
        var (name, path) = (write.Location.Name, write.Location.StoredName.Path);
        for (var attempt = 1; ; attempt++)
        {
            using var found = await FindAsync(path, name, ct).ConfigureAwait(false);
            using var changed = KvPut.Changed(found, write.Location, write.Value);
            // The condition need not hold for an operation that is repeated after its response was lost.
            if (changed is not null || write.IdempotencyKey is null)
                Require(write, found);
            if (changed is null)
                return new SecretWriteResult(found!.AsVersion, found.RequestId);
            if (await put.TryAsync(path, name, found?.Version ?? 0, changed, ct).ConfigureAwait(false) is { } receipt)
                return receipt;
            if (write.Condition != default || attempt == Attempts)
                throw KvErrors.Conflict(name, "another client wrote it at the same time. Read it again, then retry");
        }
    }

    /// <summary>
    /// Deletes the newest version, restorably; for a name with a field only that field, if the secret has others.
    /// </summary>
    internal async ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        using var found = await FindAsync(path, name, ct).ConfigureAwait(false);
        if (found is null)
            throw KvErrors.Missing(name, paths, path, location.StoredName.Field);
        if (!found.IsThere)
            throw KvErrors.Gone(name, path, found, versionWasAsked: false);
        if (location.StoredName.Field is { } field and not SecretName.WholeText)
        {
            if (!found.Fields.TryGetProperty(field, out _))
                throw found.Value(location, out var missing) is null
                    ? missing!
                    : KvErrors.Missing(name, paths, path, location.StoredName.Field);
            if (found.FieldNames().Exists(other => other != field))
            {
                using var without = JsonMap.With(found.Fields, field, null);
                return await put.TryAsync(path, name, found.Version, without, ct).ConfigureAwait(false)
                    ?? throw KvErrors.Conflict(name, "another client wrote it at the same time. Read it again, then retry");
            }
        }
        await put.ChangeVersionsAsync("delete", path, name, [found.Version], ct).ConfigureAwait(false);
        return new SecretWriteResult(found.AsVersion, found.RequestId);
    }

    internal async ValueTask<SecretWriteResult> RestoreAsync(
        SecretLocation location,
        SecretVersion? version,
        CancellationToken ct
    )
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        using var newest = await FindAsync(path, name, ct).ConfigureAwait(false);
        if (newest is null)
            throw KvErrors.Missing(name, paths, path, location.StoredName.Field);
        if (version is not { } wanted)
        {
            if (newest.IsDestroyed)
                throw KvErrors.Gone(name, path, newest, versionWasAsked: false);
            if (!newest.IsThere)
                await put.ChangeVersionsAsync("undelete", path, name, [newest.Version], ct).ConfigureAwait(false);
            return new SecretWriteResult(newest.AsVersion, newest.RequestId);
        }
        return await CopyAsync(location, wanted, newest, ct).ConfigureAwait(false);
    }

    /// <summary>Makes a copy of an older version current where <paramref name="expected"/> still is.</summary>
    internal async ValueTask<SecretWriteResult> MakeCurrentAsync(
        SecretLocation location,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    )
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        using var newest = await FindAsync(path, name, ct).ConfigureAwait(false);
        if (newest is null)
            throw KvErrors.Missing(name, paths, path, location.StoredName.Field);
        return await CopyAsync(location, version, newest, ct, expected).ConfigureAwait(false);
    }

    private async ValueTask<SecretWriteResult> CopyAsync(
        SecretLocation location,
        SecretVersion wanted,
        KvSecret newest,
        CancellationToken ct,
        SecretVersion? expected = null
    )
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        if (wanted == newest.AsVersion && newest.IsThere)
            return new SecretWriteResult(newest.AsVersion, newest.RequestId);
        if (!long.TryParse(wanted.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw KvErrors.VersionGone(name, wanted);
        using var old = await reader.FindAsync(path, name, number, ct).ConfigureAwait(false);
        if (old is not { IsThere: true })
            throw old is null ? KvErrors.VersionGone(name, wanted) : KvErrors.Gone(name, path, old, versionWasAsked: true);
        if (expected is { } current && current != newest.AsVersion)
            // Done already, by a call whose response was lost, if the copy is current.
            return newest.IsThere && JsonElement.DeepEquals(newest.Fields, old.Fields)
                ? new SecretWriteResult(newest.AsVersion, newest.RequestId)
                : throw KvErrors.Conflict(name, $"version {current} is not current any more. Check its history");
        using var data = new ErasedBuffer();
        data.Write(JsonMarshal.GetRawUtf8Value(old.Fields));
        return await put.TryAsync(path, name, newest.Version, data, ct).ConfigureAwait(false)
            ?? throw KvErrors.Conflict(name, "another client wrote it at the same time. Check its history, then retry");
    }

    /// <summary>
    /// Destroys one version permanently; its number stays in the history. The current version is not destroyed: delete it first.
    /// </summary>
    internal async ValueTask<SecretWriteResult> DestroyAsync(SecretLocation location, SecretVersion version, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        using var newest = await FindAsync(path, name, ct).ConfigureAwait(false);
        if (newest is null)
            throw KvErrors.Missing(name, paths, path, location.StoredName.Field);
        if (
            !long.TryParse(version.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < 1
            || number > newest.Version
        )
            throw KvErrors.VersionGone(name, version);
        if (number == newest.Version && newest.IsThere)
            throw KvErrors.NotWritten(name, "the current version is not destroyed. Write a newer one, or delete it first");
        await put.ChangeVersionsAsync("destroy", path, name, [number], ct).ConfigureAwait(false);
        return new SecretWriteResult(version, newest.RequestId);
    }

    private async ValueTask<KvSecret?> FindAsync(string path, SecretName name, CancellationToken ct)
    {
        var found = await reader.FindAsync(path, name, null, ct).ConfigureAwait(false);
        // Version 1 would take a write of version 2's and keep it as a secret of another name.
        if (!mount.IsVersion1)
            return found;
        found?.Dispose();
        throw KvErrors.NeedsVersion2(name, paths.Mount);
    }

    private static void Require(SecretWrite write, KvSecret? found)
    {
        var isThere = found is { IsThere: true };
        if (
            write.Condition.MustBeAbsent
            && isThere
            && (
                write.Location.StoredName.Field is not { } field
                || field == SecretName.WholeText
                || found!.Fields.TryGetProperty(field, out _)
            )
        )
            throw KvErrors.Conflict(write.Location.Name, "it already exists. Read it first, and write with its version");
        if (write.Condition.Expected is { } expected && (found is null || found.AsVersion != expected))
            throw KvErrors.Conflict(write.Location.Name, "it has changed since that version was read. Read it again");
    }
}
