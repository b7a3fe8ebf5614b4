using System.Globalization;
using System.Text.Json;
using Strongroom.Backends;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Kv;

/// <summary>One version of a secret as Vault gave it. It stands in the reply's buffer, which disposing zeroes.</summary>
internal sealed class KvSecret : IDisposable
{
    private readonly VaultReply _reply;

    private KvSecret(VaultReply reply, JsonElement fields, JsonElement metadata)
    {
        _reply = reply;
        Fields = fields;
        Version = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("version", out var version) && version.TryGetInt64(out var number) ? number : 0;
        IsDestroyed = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("destroyed", out var destroyed) && destroyed.ValueKind == JsonValueKind.True;
        CreatedAt = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("created_time", out var created)
            && created.ValueKind == JsonValueKind.String && created.TryGetDateTimeOffset(out var at) ? at : null;
    }

    /// <summary>The map, or undefined where the version is deleted or destroyed.</summary>
    internal JsonElement Fields { get; }

    internal long Version { get; }

    internal bool IsDestroyed { get; }

    internal bool IsThere => Fields.ValueKind == JsonValueKind.Object;

    internal DateTimeOffset? CreatedAt { get; }

    internal string? RequestId => _reply.RequestId;

    internal bool IsFromCache => _reply.IsFromCache;

    internal SecretVersion AsVersion => new(Version.ToString(CultureInfo.InvariantCulture));

    /// <summary>Takes over the reply. Null where it is about no version of a KV v2 secret: a 404 without a body is absence.</summary>
    internal static KvSecret? ReadVersion2(VaultReply reply)
    {
        var data = VaultReply.Object(reply.Root, "data");
        var metadata = VaultReply.Object(data, "metadata");
        return metadata.ValueKind == JsonValueKind.Object ? new KvSecret(reply, VaultReply.Object(data, "data"), metadata) : null;
    }

    /// <summary>Takes over the reply of a KV v1 read.</summary>
    internal static KvSecret? ReadVersion1(VaultReply reply)
    {
        var data = VaultReply.Object(reply.Root, "data");
        return data.ValueKind == JsonValueKind.Object ? new KvSecret(reply, data, default) : null;
    }

    /// <summary>The names of the fields that hold something.</summary>
    internal List<string> FieldNames()
    {
        var names = new List<string>();
        foreach (var property in Fields.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null && !property.NameEquals(KvPending.BaseField))
                names.Add(property.Name);
        }
        return names;
    }

    /// <summary>The value that a place means, or null with the error to answer.</summary>
    internal SecretValue? Value(SecretPlace place, out SecretNotFoundException? error)
    {
        error = null;
        if (place.At.Field == SecretName.WholeText)
            return WholeText();
        // The usual case first: it makes no list of names.
        if (Fields.TryGetProperty(place.At.Field ?? FieldSelection.DefaultField, out var usual) && JsonText.Read(usual) is { } value)
            return value;
        var field = FieldSelection.Pick(place, FieldNames(), VaultBackend.BackendName, out error);
        return field is null ? null : JsonText.Read(Fields.GetProperty(field));
    }

    private SecretValue WholeText()
    {
        if (!Fields.TryGetProperty(KvPending.BaseField, out _))
            return JsonText.Read(Fields)!;
        using var without = WireBody.Merge(Fields, KvPending.BaseField, null);
        return SecretValue.FromBytes(without.Written.Span);
    }

    public void Dispose() => _reply.Dispose();
}
