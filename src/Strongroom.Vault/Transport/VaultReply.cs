using System.Text.Json;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Transport;

/// <summary>
/// A response from Vault: status and JSON. Disposing it zeroes the JSON's bytes. It is looked through once,
/// for what a read needs; a tree is made only for who asks for more.
/// </summary>
internal sealed class VaultReply : IDisposable
{
    private readonly ErasedBuffer _body;
    private readonly Range _requestId;
    private readonly Range _data;
    private JsonDocument? _document;

    private VaultReply(int status, ErasedBuffer body, Range requestId, Range data)
    {
        Status = status;
        _body = body;
        _requestId = requestId;
        _data = data;
    }

    internal int Status { get; }

    /// <summary>True where a cache on the way answered.</summary>
    internal bool IsFromCache { get; init; }

    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>What the server's clock said, where the request asked for it.</summary>
    internal DateTimeOffset? Date { get; set; }

    internal bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The <c>data</c> as it is written; empty if there is none.</summary>
    internal ReadOnlyMemory<byte> Data => _body.Written[_data];

    /// <summary>The JSON, or an undefined element where there is no body.</summary>
    internal JsonElement Root => _body.Length == 0 ? default : (_document ??= JsonDocument.Parse(_body.Written)).RootElement;

    /// <summary>Vault's id of the exchange, for the audit.</summary>
    internal string? RequestId => RawJson.Text(_body.Written.Span[_requestId]) is { Length: > 0 and <= 64 } id ? id : null;

    /// <summary>
    /// Takes over the body. Null where this is no answer of Vault's: a proxy's page proves nothing about a secret.
    /// </summary>
    internal static VaultReply? Read(int status, ErasedBuffer body, bool isFromCache, TimeSpan? retryAfter)
    {
        var (requestId, data, hasErrors) = (default(Range), default(Range), (bool?)null);
        var isObject = false;
        try
        {
            var reader = new Utf8JsonReader(body.Written.Span);
            isObject = body.Length > 0 && reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (body.Length > 0 && reader.Read())
            {
                if (!isObject || reader.CurrentDepth != 1)
                    continue;
                if (reader.ValueTextEquals("request_id"u8))
                    requestId = RawJson.Next(ref reader);
                else if (reader.ValueTextEquals("data"u8))
                    data = RawJson.Next(ref reader);
                else if (reader.ValueTextEquals("errors"u8))
                    hasErrors = body.Written.Span[RawJson.Next(ref reader)][0] == (byte)'[';
                else
                    RawJson.Next(ref reader);
            }
        }
        catch (JsonException)
        {
            return null;
        }
        var isVaults = status switch
        {
            204 or 429 => true,
            _ when !isObject => false,
            >= 400 => hasErrors ?? !requestId.Equals(default),
            _ => !requestId.Equals(default),
        };
        return isVaults
            ? new VaultReply(status, body, requestId, data) { IsFromCache = isFromCache, RetryAfter = retryAfter }
            : null;
    }

    /// <summary>Whether Vault's own words hold a text. It is looked for and never shown.</summary>
    internal bool Says(string what) => Has(Root, "errors", what) || Has(Root, "warnings", what);

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.String
            ? found.GetString()
            : null;

    /// <summary>The object of that name, or an undefined element.</summary>
    internal static JsonElement Object(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.Object
            ? found
            : default;

    public void Dispose()
    {
        _document?.Dispose();
        _body.Dispose();
    }

    private static bool Has(JsonElement root, string list, string what)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty(list, out var texts)
            || texts.ValueKind != JsonValueKind.Array
        )
            return false;
        foreach (var text in texts.EnumerateArray())
        {
            if (text.ValueKind == JsonValueKind.String && text.GetString()!.Contains(what, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
