using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Strongroom.AspNetCore;

/// <summary>
/// What one call claims: who calls whom, with which method and target, and for how long. Written as
/// <c>base64url(json).base64url(HMAC-SHA256)</c>.
/// </summary>
internal sealed record CallToken(
    string Issuer,
    string Audience,
    long IssuedAt,
    long ExpiresAt,
    string Method,
    string Target,
    string Id
)
{
    internal static readonly TimeSpan Life = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>Longer than any honest token: a target has at most 2,048 characters.</summary>
    internal const int MaxLength = 4096;

    internal const int MaxTargetLength = 2048;

    internal string Sign(SecretValue key)
    {
        var claims = Base64Url.EncodeToString(ToJson());
        return $"{claims}.{Base64Url.EncodeToString(MacOf(claims, key))}";
    }

    internal static byte[] MacOf(string claims, SecretValue key) =>
        key.Reveal(claims, static (utf8, text) => HMACSHA256.HashData(utf8, Encoding.ASCII.GetBytes(text)));

    /// <summary>Takes a token apart without believing it; null where it is no token.</summary>
    internal static (CallToken Claims, string Signed, byte[] Mac)? Parse(string text)
    {
        if (text.Length > MaxLength || text.IndexOf('.', StringComparison.Ordinal) is not (> 0 and var dot))
            return null;
        try
        {
            var signed = text[..dot];
            var mac = Base64Url.DecodeFromChars(text.AsSpan(dot + 1));
            return mac.Length == HMACSHA256.HashSizeInBytes && FromJson(Base64Url.DecodeFromChars(signed)) is { } claims
                ? (claims, signed, mac)
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private byte[] ToJson()
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss", Issuer);
            json.WriteString("aud", Audience);
            json.WriteNumber("iat", IssuedAt);
            json.WriteNumber("exp", ExpiresAt);
            json.WriteString("mth", Method);
            json.WriteString("pth", Target);
            json.WriteString("jti", Id);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static CallToken? FromJson(byte[] utf8)
    {
        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 1 });
        var root = document.RootElement;
        return
            root.ValueKind == JsonValueKind.Object
            && Text("iss") is { } issuer
            && Text("aud") is { } audience
            && Number("iat") is { } issued
            && Number("exp") is { } expires
            && Text("mth") is { } method
            && Text("pth") is { } target
            && Text("jti") is { Length: > 0 and <= 64 } id
            ? new CallToken(issuer, audience, issued, expires, method, target, id)
            : null;

        string? Text(string name) =>
            root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        long? Number(string name) =>
            root.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
                ? number
                : null;
    }
}
