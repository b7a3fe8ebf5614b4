using System.Text.Json;
using Strongroom.Backends.Wire;

namespace Strongroom.Vault.Transport;

/// <summary>An answer of Vault's own: status and JSON. Disposing it zeroes the bytes that the JSON stands in.</summary>
internal sealed class VaultReply : IDisposable
{
    private readonly ErasedBuffer _body;
    private readonly JsonDocument? _document;

    private VaultReply(int status, ErasedBuffer body, JsonDocument? document)
    {
        Status = status;
        _body = body;
        _document = document;
    }

    internal int Status { get; }

    /// <summary>True where a cache on the way answered.</summary>
    internal bool IsFromCache { get; init; }

    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>What the server's clock said, where the request asked for it.</summary>
    internal DateTimeOffset? Date { get; set; }

    internal bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The JSON, or an undefined element where there is no body.</summary>
    internal JsonElement Root => _document?.RootElement ?? default;

    /// <summary>Vault's id of the exchange, for the audit.</summary>
    internal string? RequestId => Text(Root, "request_id") is { Length: > 0 and <= 64 } id ? id : null;

    /// <summary>Takes over the body. Null where this is no answer of Vault's: a proxy's page proves nothing about a secret.</summary>
    internal static VaultReply? Read(int status, ErasedBuffer body, bool isFromCache, TimeSpan? retryAfter)
    {
        JsonDocument? document = null;
        if (body.Length > 0)
        {
            try
            {
                document = JsonDocument.Parse(body.Written);
            }
            catch (JsonException)
            {
                return null;
            }
        }
        if (IsVaults(status, document?.RootElement ?? default))
            return new VaultReply(status, body, document) { IsFromCache = isFromCache, RetryAfter = retryAfter };
        document?.Dispose();
        return null;
    }

    /// <summary>Whether Vault's own words hold a text. It is looked for and never shown.</summary>
    internal bool Says(string what) => Has(Root, "errors", what) || Has(Root, "warnings", what);

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    /// <summary>The object of that name, or an undefined element.</summary>
    internal static JsonElement Object(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found : default;

    public void Dispose()
    {
        _document?.Dispose();
        _body.Dispose();
    }

    private static bool IsVaults(int status, JsonElement root) => status switch
    {
        204 => true,
        429 => true,
        _ when root.ValueKind != JsonValueKind.Object => false,
        >= 400 => root.TryGetProperty("errors", out var errors) ? errors.ValueKind == JsonValueKind.Array : root.TryGetProperty("request_id", out _),
        _ => root.TryGetProperty("request_id", out _),
    };

    private static bool Has(JsonElement root, string list, string what)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(list, out var texts) || texts.ValueKind != JsonValueKind.Array)
            return false;
        foreach (var text in texts.EnumerateArray())
        {
            if (text.ValueKind == JsonValueKind.String && text.GetString()!.Contains(what, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
