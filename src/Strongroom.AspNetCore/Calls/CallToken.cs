using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Strongroom.AspNetCore;

/// <summary>The claims of one call's JWT: who calls whom, with which method and target, and for how long.</summary>
internal sealed record CallToken(
    [property: JsonPropertyName(JwtRegisteredClaimNames.Iss)] string Issuer,
    [property: JsonPropertyName(JwtRegisteredClaimNames.Aud)] string Audience,
    [property: JsonPropertyName(JwtRegisteredClaimNames.Iat)] long IssuedAt,
    [property: JsonPropertyName(JwtRegisteredClaimNames.Exp)] long ExpiresAt,
    [property: JsonPropertyName(CallToken.MethodClaim)] string Method,
    [property: JsonPropertyName(CallToken.TargetClaim)] string Target,
    [property: JsonPropertyName(JwtRegisteredClaimNames.Jti)] string Id
)
{
    /// <summary>As in DPoP (RFC 9449).</summary>
    internal const string MethodClaim = "htm";

    /// <summary>Path and query as they are sent. DPoP's <c>htu</c> leaves the query out.</summary>
    internal const string TargetClaim = "target";

    internal static readonly TimeSpan Life = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>The longest token that is signed and read.</summary>
    internal const int MaxLength = 4096;

    internal const int MaxTargetLength = 2048;

    internal const int MaxIdLength = 64;

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// Reads the claims strictly: each exactly once and of its own type. Null where they are not those of a call.
    /// </summary>
    internal static CallToken? Read(JsonWebToken token)
    {
        try
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload), s_strict);
            var claims = payload.Deserialize(CallTokenJson.Default.CallToken);
            return claims is { Id.Length: > 0 and <= MaxIdLength } ? claims : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CallToken))]
internal sealed partial class CallTokenJson : JsonSerializerContext;
