using System.Globalization;
using System.Text.Json;
using Strongroom.Backends;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Kv;

/// <summary>One version of a secret as Vault returned it. It is kept in the reply's buffer, which disposing zeroes.</summary>
internal sealed class KvSecret : IDisposable
{
    private readonly VaultReply _reply;
    private readonly ReadOnlyMemory<byte> _fields;
    private JsonDocument? _document;

    private KvSecret(VaultReply reply, ReadOnlyMemory<byte> fields)
    {
        _reply = reply;
        _fields = fields;
    }

    /// <summary>The map, or undefined where the version is deleted or destroyed.</summary>
    internal JsonElement Fields => IsThere ? (_document ??= JsonDocument.Parse(_fields)).RootElement : default;

    internal long Version { get; private set; }

    internal bool IsDestroyed { get; private set; }

    internal bool IsThere => RawJson.IsObject(_fields.Span);

    internal DateTimeOffset? CreatedAt { get; private set; }

    internal string? RequestId => _reply.RequestId;

    internal bool IsFromCache => _reply.IsFromCache;

    internal SecretVersion AsVersion => new(Version.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// Takes over the reply. Null where it is about no version of a KV v2 secret: a 404 without a body is absence.
    /// </summary>
    internal static KvSecret? ReadVersion2(VaultReply reply)
    {
        if (!RawJson.IsObject(reply.Data.Span))
            return null;
        var (fields, metadata) = (default(Range), default(Range));
        var reader = new Utf8JsonReader(reply.Data.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
                fields = RawJson.Next(ref reader);
            else if (reader.ValueTextEquals("metadata"u8))
                metadata = RawJson.Next(ref reader);
            else
                RawJson.Next(ref reader);
        }
        if (!RawJson.IsObject(reply.Data.Span[metadata]))
            return null;
        var found = new KvSecret(reply, reply.Data[fields]);
        found.Read(reply.Data.Span[metadata]);
        return found;
    }

    /// <summary>Takes over the reply of a KV v1 read.</summary>
    internal static KvSecret? ReadVersion1(VaultReply reply) =>
        RawJson.IsObject(reply.Data.Span) ? new KvSecret(reply, reply.Data) : null;

    private void Read(ReadOnlySpan<byte> metadata)
    {
        var reader = new Utf8JsonReader(metadata);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("version"u8))
                Version =
                    reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : 0;
            else if (reader.ValueTextEquals("destroyed"u8))
                IsDestroyed = reader.Read() && reader.TokenType == JsonTokenType.True;
            else if (reader.ValueTextEquals("created_time"u8))
                CreatedAt =
                    reader.Read() && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var at)
                        ? at
                        : null;
            else
                reader.Read();
            reader.Skip();
        }
    }

    /// <summary>The names of the fields that hold something.</summary>
    internal List<string> FieldNames()
    {
        var names = new List<string>();
        foreach (var property in Fields.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null && !KvPending.IsNote(property))
                names.Add(property.Name);
        }
        return names;
    }

    /// <summary>The value that a location selects, or null with the error to answer.</summary>
    internal SecretValue? Value(SecretLocation location, out SecretNotFoundException? error)
    {
        error = null;
        if (location.StoredName.Field == SecretName.WholeText)
            return WholeText();
        // The usual case first: it makes no list of names.
        if (JsonText.Read(RawJson.Field(_fields.Span, location.StoredName.Field ?? FieldSelection.DefaultField)) is { } value)
            return value;
        var field = FieldSelection.Select(location, FieldNames(), VaultDefaults.BackendName, out error);
        return field is null ? null : JsonText.Read(RawJson.Field(_fields.Span, field));
    }

    private SecretValue WholeText()
    {
        if (!KvPending.IsPending(this))
            return SecretValue.FromBytes(_fields.Span);
        using var without = KvPending.WithoutNotes(this);
        return SecretValue.FromBytes(without.Written.Span);
    }

    public void Dispose()
    {
        _document?.Dispose();
        _reply.Dispose();
    }
}
