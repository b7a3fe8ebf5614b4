using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>Checks signature and time of a signed token against public keys in PEM: RS256 and ES256.</summary>
internal static class JwtVerifier
{
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    /// <exception cref="FormatException">It is not a token, or no key signed it, or its time is over or has not come.</exception>
    public static JsonObject Verify(string jwt, IReadOnlyList<string> keys, DateTimeOffset now)
    {
        if (jwt.Split('.') is not [var header, var payload, var signature])
            throw new FormatException("it has not three parts");
        var algorithm = (string?)Part(header)["alg"];
        var (signed, proof) = (Encoding.ASCII.GetBytes($"{header}.{payload}"), Bytes(signature));
        if (!keys.Any(key => IsSigned(algorithm, key, signed, proof)))
            throw new FormatException("no known key verifies its signature");
        var claims = Part(payload);
        if (Timestamp(claims, "exp") is { } end && now > end + Leeway)
            throw new FormatException("token is expired (exp)");
        if (Timestamp(claims, "nbf") is { } start && now < start - Leeway)
            throw new FormatException("token not valid yet (nbf)");
        return claims;
    }

    public static void CheckKeys(IEnumerable<string> keys)
    {
        foreach (var key in keys)
            if (Rsa(key) is null && Ecdsa(key) is null)
                throw VaultRefusal.BadRequest("error parsing public key: data does not contain any valid public keys");
    }

    /// <summary>One audience or many.</summary>
    public static IReadOnlyList<string> Audiences(JsonObject claims) =>
        claims["aud"] switch
        {
            JsonArray many => [.. many.Select(a => (string?)a).OfType<string>()],
            JsonValue one when one.TryGetValue<string>(out var text) => [text],
            _ => [],
        };

    private static bool IsSigned(string? algorithm, string key, byte[] signed, byte[] proof)
    {
        using var rsa = algorithm == "RS256" ? Rsa(key) : null;
        if (rsa is not null)
            return rsa.VerifyData(signed, proof, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var ecdsa = algorithm == "ES256" ? Ecdsa(key) : null;
        return ecdsa?.VerifyData(signed, proof, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            == true;
    }

    private static RSA? Rsa(string pem) => Imported(RSA.Create(), rsa => rsa.ImportFromPem(pem));

    private static ECDsa? Ecdsa(string pem) => Imported(ECDsa.Create(), ecdsa => ecdsa.ImportFromPem(pem));

    private static T? Imported<T>(T key, Action<T> import)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }

    private static DateTimeOffset? Timestamp(JsonObject claims, string name) =>
        claims[name] is JsonValue value && value.TryGetValue<double>(out var seconds)
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static JsonObject Part(string text)
    {
        try
        {
            return JsonNode.Parse(Bytes(text)) as JsonObject ?? throw new FormatException("a part is no object");
        }
        catch (JsonException)
        {
            throw new FormatException("a part is not JSON");
        }
    }

    private static byte[] Bytes(string text) =>
        Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : throw new FormatException("a part is not base64url");
}
