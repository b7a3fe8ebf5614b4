using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strongroom.Backends;
using Strongroom.Backends.Wire;

namespace Strongroom.Vault.Kv;

/// <summary>
/// A pending value is stored in a sibling, <c>PATH~pending</c>, out of readers' sight: no name contains a tilde, and no reader's
/// policy reaches it. It is the whole future map, so that promoting it is one write under check-and-set. It notes the version
/// that it was made from and when that was written, so that nothing written since is lost, and the operation that wrote it.
/// </summary>
/// <remarks>
/// <para>
/// Its versions read <c>p1-…</c>: the sibling's number, and an id of the write, since numbers start over if somebody removes the
/// sibling. Discarding writes an empty version under check-and-set, and then destroys the older ones: a delete has no
/// check-and-set, and could remove another operation's value.
/// </para>
/// <para>
/// A rotation needs, besides a writer's policy, <c>create</c>, <c>read</c> and <c>update</c> on <c>data/PATH~pending</c>,
/// <c>read</c> on <c>metadata/PATH~pending</c> and <c>update</c> on <c>destroy/PATH~pending</c>.
/// </para>
/// </remarks>
internal sealed class KvPending(KvPaths paths, KvMount mount, KvReader reader, KvPut put, KvMetadata metadata)
{
    // Notes are fields of the map; no secret name's field can begin with a tilde.
    private const string Base = "~base";
    private const string Operation = "~operation";
    private const string Write = "~write";

    internal static bool IsPending(KvSecret secret) => secret.IsThere && secret.Fields.TryGetProperty(Base, out _);

    internal static bool IsNote(JsonProperty field) =>
        field.NameEquals(Base) || field.NameEquals(Operation) || field.NameEquals(Write);

    internal static SecretVersion VersionOf(KvSecret pending) =>
        new(string.Create(CultureInfo.InvariantCulture, $"p{pending.Version}-{Note(pending, Write)}"));

    /// <summary>The sibling's number in a pending version; null if it is not one.</summary>
    internal static long? NumberOf(SecretVersion version)
    {
        var id = version.Id.AsSpan();
        var dash = id.IndexOf('-');
        return
            dash > 1
            && id[0] == 'p'
            && long.TryParse(id[1..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0
            ? number
            : null;
    }

    internal async ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct)
    {
        var (name, path) = (write.Location.Name, write.Location.StoredName.Path);
        var id = IdOf(write);
        using var current = await reader.FindAsync(path, name, null, ct).ConfigureAwait(false);
        using var stored = await FindAsync(path, name, ct).ConfigureAwait(false);
        var found = stored is not null && IsPending(stored) ? stored : null;
        var waiting = found is not null && !IsPromoted(found, current) ? found : null;
        if (write.IdempotencyKey is not null && found is not null && Note(found, Write) == id)
            return new SecretWriteResult(VersionOf(found), found.RequestId);
        if (waiting is not null && write.IdempotencyKey is not null && Note(waiting, Operation) != write.IdempotencyKey)
            throw KvErrors.Conflict(name, "another operation's pending value exists. Promote or discard it first");
        if (write.Condition.MustBeAbsent && waiting is not null)
            throw KvErrors.Conflict(name, "another pending value exists. Promote it, or write without that condition");
        if (write.Condition.Expected is { } expected && (waiting is null || VersionOf(waiting) != expected))
            throw KvErrors.Conflict(name, "the pending value is not the one that was expected");
        // A pending map that was made from an older version would take back what was written since.
        var source = waiting is not null && WasMadeFrom(waiting, current) ? waiting : current;
        using var changed = KvPut.Changed(source, write.Location, write.Value);
        if (changed is null)
        {
            if (source == waiting && waiting is not null)
                return new SecretWriteResult(VersionOf(waiting), waiting.RequestId);
            throw KvErrors.NotWritten(name, "the pending value is the current one");
        }
        using var data = WithNotes(changed, BaseOf(current), write.IdempotencyKey, id);
        var done = await put.TryAsync(path + KvPaths.PendingMark, name, stored?.Version ?? 0, data, ct).ConfigureAwait(false)
            ?? throw KvErrors.Conflict(name, "a pending value was written at the same time. Check it, then write again");
        return new SecretWriteResult(new SecretVersion($"p{done.Version.Id}-{id}"), done.RequestId);
    }

    internal async ValueTask<PendingVersion?> FindPendingAsync(SecretLocation location, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        using var stored = await FindAsync(path, name, ct).ConfigureAwait(false);
        if (stored is null || !IsPending(stored))
            return null;
        using var current = await reader.FindAsync(path, name, null, ct).ConfigureAwait(false);
        return new PendingVersion(VersionOf(stored), Note(stored, Operation), IsPromoted(stored, current));
    }

    internal async ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    )
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        using var waiting = await FindAsync(path, name, ct).ConfigureAwait(false);
        using var current = await reader.FindAsync(path, name, null, ct).ConfigureAwait(false);
        if (waiting is null || !IsPending(waiting) || VersionOf(waiting) != pending)
            throw KvErrors.Conflict(
                name,
                $"pending version {pending} no longer exists: it was discarded or replaced. Check the secret's history"
            );
        if (IsPromoted(waiting, current))
            return new SecretWriteResult(current!.AsVersion, current.RequestId);
        if (!WasMadeFrom(waiting, current) || (expected is { } wanted && wanted != current?.AsVersion))
            throw KvErrors.Conflict(name, "the secret has changed since the pending value was created. Create a new one");
        using var data = WithoutNotes(waiting);
        return await put.TryAsync(path, name, current?.Version ?? 0, data, ct).ConfigureAwait(false)
            ?? throw KvErrors.Conflict(name, "the secret was changed at the same time. Create a new pending value");
    }

    internal async ValueTask<SecretWriteResult> DiscardAsync(SecretLocation location, SecretVersion pending, CancellationToken ct)
    {
        var (name, path) = (location.Name, location.StoredName.Path + KvPaths.PendingMark);
        using var stored = await FindAsync(location.StoredName.Path, name, ct).ConfigureAwait(false);
        if (stored is null)
            return new SecretWriteResult(pending);
        var (newest, requestId) = (stored.Version, stored.RequestId);
        if (IsPending(stored))
        {
            if (VersionOf(stored) != pending)
                throw KvErrors.Conflict(name, "another pending value exists, which is kept");
            using var nothing = new ErasedBuffer();
            nothing.Write("{}"u8);
            var emptied = await put.TryAsync(path, name, stored.Version, nothing, ct).ConfigureAwait(false)
                ?? throw KvErrors.Conflict(name, "a pending value was written at the same time, which is kept");
            (newest, requestId) = (stored.Version + 1, emptied.RequestId);
        }
        // Also after a crash between the two: what is emptied is not destroyed yet.
        if (await metadata.StoredOlderThanAsync(path, name, newest, ct).ConfigureAwait(false) is { Length: > 0 } older)
            await put.ChangeVersionsAsync("destroy", path, name, older, ct).ConfigureAwait(false);
        return new SecretWriteResult(pending, requestId);
    }

    private async ValueTask<KvSecret?> FindAsync(string path, SecretName name, CancellationToken ct)
    {
        var found = await reader.FindAsync(path + KvPaths.PendingMark, name, null, ct).ConfigureAwait(false);
        if (!mount.IsVersion1)
            return found;
        found?.Dispose();
        throw KvErrors.NeedsVersion2(name, paths.Mount);
    }

    private static bool IsPromoted(KvSecret pending, KvSecret? current)
    {
        if (current is not { IsThere: true })
            return false;
        using var data = WithoutNotes(pending);
        using var map = JsonDocument.Parse(data.Written);
        return JsonElement.DeepEquals(current.Fields, map.RootElement);
    }

    private static bool WasMadeFrom(KvSecret waiting, KvSecret? current) => Note(waiting, Base) == BaseOf(current);

    /// <summary>Includes the creation time: a secret that was removed and rewritten has the same number.</summary>
    private static string BaseOf(KvSecret? current) =>
        current is null ? "0" : string.Create(CultureInfo.InvariantCulture, $"{current.Version} {current.CreatedAt:O}");

    /// <summary>The same for the same operation, so that a repeated write is recognized.</summary>
    private static string IdOf(SecretWrite write) =>
        Convert.ToHexStringLower(
            write.IdempotencyKey is { } key
                ? SHA256.HashData(Encoding.UTF8.GetBytes($"{write.Location.StoredName}\n{key}")).AsSpan(0, 8)
                : RandomNumberGenerator.GetBytes(8)
        );

    private static string? Note(KvSecret pending, string note) =>
        pending.Fields.TryGetProperty(note, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    private static ErasedBuffer WithNotes(ErasedBuffer changed, string from, string? operation, string id)
    {
        using var map = JsonDocument.Parse(changed.Written);
        return JsonMap.With(map.RootElement, [(Base, from), (Operation, operation), (Write, id)]);
    }

    internal static ErasedBuffer WithoutNotes(KvSecret pending) =>
        JsonMap.With(pending.Fields, [(Base, null), (Operation, null), (Write, null)]);
}
