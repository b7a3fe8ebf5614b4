using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Strongroom.Backends;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Kv;

/// <summary>
/// A pending value waits in a sibling, <c>PATH~pending</c>, out of readers' sight: no name can hold a tilde, and no reader's
/// policy reaches it. It is the whole future map, so that promoting it is one write under check-and-set, and it notes the version
/// that it was made from and when that was written, so that nothing written since is lost.
/// </summary>
/// <remarks>
/// Its versions read <c>p1</c>, <c>p2</c>: they count the sibling's, not the secret's. What rotates needs, beside the policy of a
/// writer, <c>create</c>, <c>read</c> and <c>update</c> on <c>data/PATH~pending</c> and <c>delete</c> on
/// <c>metadata/PATH~pending</c>.
/// </remarks>
internal sealed class KvPending(AuthorizedClient client, KvPaths paths, KvMount mount, KvReader reader, KvPut put, ILogger logger)
{
    /// <summary>The field that notes which version a pending map was made from; no secret name's field can be it.</summary>
    internal const string BaseField = "~base";

    internal static SecretVersion VersionOf(KvSecret pending) =>
        new(string.Create(CultureInfo.InvariantCulture, $"p{pending.Version}"));

    internal async ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct)
    {
        var (name, at) = (write.Location.Name, write.Location.StoredName);
        using var current = await reader.FindAsync(at.Path, name, null, ct).ConfigureAwait(false);
        using var waiting = await reader.FindAsync(at.Path + KvPaths.PendingMark, name, null, ct).ConfigureAwait(false);
        if (mount.IsVersion1)
            throw KvErrors.NeedsVersion2(name, paths.Mount);
        if (write.Condition.MustBeAbsent && waiting is { IsThere: true })
            throw KvErrors.Conflict(name, "another pending value exists. Promote it, or write without that condition");
        if (write.Condition.Expected is { } expected && (waiting is null || VersionOf(waiting) != expected))
            throw KvErrors.Conflict(name, "the pending value is not the one that was expected");
        // A pending map that was made from an older version would take back what was written since.
        var goesOn = waiting is { IsThere: true } && WasMadeFrom(waiting, current);
        using var changed = KvPut.Changed(goesOn ? waiting : current, write.Location, write.Value);
        if (changed is null)
        {
            if (goesOn)
                return new SecretWriteResult(VersionOf(waiting!), waiting!.RequestId);
            throw KvErrors.NotWritten(name, "the pending value is the current one");
        }
        using var map = JsonDocument.Parse(changed.Written);
        using var note = SecretValue.FromText(BaseOf(current));
        using var data = JsonMap.With(map.RootElement, BaseField, note);
        var done = await put.TryAsync(at.Path + KvPaths.PendingMark, name, waiting?.Version ?? 0, data, ct).ConfigureAwait(false)
            ?? throw KvErrors.Conflict(name, "a pending value was written at the same time. Check it, then write again");
        return new SecretWriteResult(new SecretVersion("p" + done.Version.Id), done.RequestId);
    }

    internal async ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    )
    {
        var (name, path) = (location.Name, location.StoredName.Path);
        using var waiting = await reader.FindAsync(path + KvPaths.PendingMark, name, null, ct).ConfigureAwait(false);
        using var current = await reader.FindAsync(path, name, null, ct).ConfigureAwait(false);
        if (waiting is not { IsThere: true } || VersionOf(waiting) != pending)
            throw KvErrors.Conflict(
                name,
                $"pending version {pending} no longer exists: it was promoted or replaced. Check the secret's " + "history"
            );
        using var data = JsonMap.With(waiting.Fields, BaseField, null);
        SecretWriteResult receipt;
        if (current is { IsThere: true } && Same(current, data))
        {
            // A promotion that died before it cleaned up, done again.
            receipt = new SecretWriteResult(current.AsVersion, current.RequestId);
        }
        else
        {
            if (!WasMadeFrom(waiting, current) || (expected is { } wanted && wanted != current?.AsVersion))
                throw KvErrors.Conflict(name, "the secret has changed since the pending value was created. Create a new one");
            receipt = await put.TryAsync(path, name, current?.Version ?? 0, data, ct).ConfigureAwait(false)
                ?? throw KvErrors.Conflict(name, "the secret was changed at the same time. Create a new pending value");
        }
        await RemoveAsync(path, name, ct).ConfigureAwait(false);
        return receipt;
    }

    private static bool Same(KvSecret current, ErasedBuffer data)
    {
        using var map = JsonDocument.Parse(data.Written);
        return JsonElement.DeepEquals(current.Fields, map.RootElement);
    }

    private static bool WasMadeFrom(KvSecret waiting, KvSecret? current) =>
        waiting.Fields.TryGetProperty(BaseField, out var note)
        && note.ValueKind == JsonValueKind.String
        && note.ValueEquals(BaseOf(current));

    /// <summary>Includes the creation time: a secret that was removed and rewritten has the same number.</summary>
    private static string BaseOf(KvSecret? current) =>
        current is null ? "0" : string.Create(CultureInfo.InvariantCulture, $"{current.Version} {current.CreatedAt:O}");

    /// <summary>The secret is promoted whatever becomes of this.</summary>
    private async ValueTask RemoveAsync(string path, SecretName name, CancellationToken ct)
    {
        try
        {
            using var reply = await client
                .SendAsync(
                    new VaultRequest(HttpMethod.Delete, paths.Url("metadata", path + KvPaths.PendingMark))
                    {
                        About = name,
                        IsRepeatable = true,
                    },
                    ct
                )
                .ConfigureAwait(false);
            if (reply.Status == 403)
                throw KvErrors.Denied(name, (paths.Policy("metadata", path + KvPaths.PendingMark), ["delete"]));
        }
        catch (SecretException e)
        {
            Log.PendingLeftBehind(logger, path, e.Code);
        }
    }
}
