using System.Text.Json;
using Strongroom.Backends;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Kv;

/// <summary>One write under check-and-set, and what a map becomes by it.</summary>
internal sealed class KvPut(AuthorizedClient client, KvPaths paths)
{
    /// <summary>Writes a whole map where <paramref name="cas"/> is still the version; null where it is not.</summary>
    internal async ValueTask<SecretWriteResult?> TryAsync(
        string path,
        SecretName name,
        long cas,
        ErasedBuffer data,
        CancellationToken ct
    )
    {
        using var body = WireBody.Write(cas, data.Written.Span);
        using var reply = await client
            .SendAsync(VaultRequest.Post(paths.Url("data", path), body, name), ct)
            .ConfigureAwait(false);
        if (reply.IsSuccess && VaultReply.Object(reply.Root, "data").TryGetProperty("version", out var version))
            return new SecretWriteResult(new SecretVersion(version.GetRawText()), reply.RequestId);
        return reply.Status switch
        {
            400 when reply.Says("did not match") => null,
            403 => throw KvErrors.Denied(name, (paths.Policy("data", path), ["create", "update"])),
            413 => throw KvErrors.NotWritten(name, "the value exceeds Vault's request limit (413)"),
            _ => throw KvErrors.NotWritten(
                name,
                $"Vault rejected it ({reply.Status}). Check VAULT_KV_MOUNT and the mount's settings"
            ),
        };
    }

    /// <summary>Deletes, undeletes or destroys versions.</summary>
    internal async ValueTask ChangeVersionsAsync(
        string area,
        string path,
        SecretName name,
        IReadOnlyList<long> versions,
        CancellationToken ct
    )
    {
        using var body = WireBody.Versions(versions);
        using var reply = await client
            .SendAsync(VaultRequest.Post(paths.Url(area, path), body, name) with { IsRepeatable = true }, ct)
            .ConfigureAwait(false);
        if (reply.Status == 403)
            throw KvErrors.Denied(name, (paths.Policy(area, path), ["update"]));
        if (!reply.IsSuccess)
            throw VaultErrors.Misfit(reply, VaultRequest.Post("", null, name));
    }

    /// <summary>The map with a location's value in it, or null where it is there already.</summary>
    internal static ErasedBuffer? Changed(KvSecret? found, SecretLocation location, SecretValue value)
    {
        if (!JsonText.IsText(value))
            throw KvErrors.NotWritten(
                location.Name,
                "the value is not UTF-8 text, which is all that Vault stores. Encode it, for example as base64"
            );
        var there = found is { IsThere: true } ? found : null;
        if (location.StoredName.Field == SecretName.WholeText)
            return Whole(there, location, value);
        var field = FieldOf(there, location);
        if (there is not null && there.Fields.TryGetProperty(field, out var old) && old.ValueKind == JsonValueKind.String)
        {
            using var held = JsonText.Read(old);
            if (value.Equals(held))
                return null;
        }
        return JsonMap.With(there?.Fields ?? default, field, value);
    }

    private static string FieldOf(KvSecret? there, SecretLocation location)
    {
        if (location.StoredName.Field is { } named)
            return named;
        return there is null || there.FieldNames() is not { Count: > 0 } names
            ? FieldSelection.DefaultField
            : FieldSelection.Select(location, names, VaultDefaults.BackendName, out var error) ?? throw error!;
    }

    private static ErasedBuffer? Whole(KvSecret? there, SecretLocation location, SecretValue value)
    {
        var body = value.Reveal(location, static (utf8, location) =>
        {
            var reader = new Utf8JsonReader(utf8);
            try
            {
                if (!JsonDocument.TryParseValue(ref reader, out var map) || map.RootElement.ValueKind != JsonValueKind.Object)
                    throw KvErrors.NotWritten(
                        location.Name,
                        "the whole text of a secret in Vault is a JSON object with text fields"
                    );
                map.Dispose();
            }
            catch (JsonException)
            {
                throw KvErrors.NotWritten(
                    location.Name,
                    "the whole text of a secret in Vault is a JSON object, and this is not JSON"
                );
            }
            var copy = new ErasedBuffer(utf8.Length);
            utf8.CopyTo(copy.GetSpan(utf8.Length));
            copy.Advance(utf8.Length);
            return copy;
        });
        using var held = there is null ? null : JsonText.Read(there.Fields);
        if (!value.Equals(held))
            return body;
        body.Dispose();
        return null;
    }
}
