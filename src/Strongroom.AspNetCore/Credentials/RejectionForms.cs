using System.Text.Json;

namespace Strongroom.AspNetCore;

/// <summary>Forms in which servers reject a credential.</summary>
public static class RejectionForms
{
    /// <summary>The body is a JSON object: an API's response, not an intermediary's page.</summary>
    public static bool IsJsonObject(HttpResponseMessage response, ReadOnlyMemory<byte> body) => HasProperty(response, body, null);

    /// <summary>The body is a JSON object with a string property of that name.</summary>
    public static bool HasText(HttpResponseMessage response, ReadOnlyMemory<byte> body, string property) =>
        HasProperty(response, body, property);

    private static bool HasProperty(HttpResponseMessage response, ReadOnlyMemory<byte> body, string? property)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.Content.Headers.ContentType?.MediaType is not ("application/json" or "application/problem+json"))
            return false;
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && (property is null || (root.TryGetProperty(property, out var text) && text.ValueKind == JsonValueKind.String));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
