using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>Tokens that the product's signer does not create.</summary>
internal static class ForgedToken
{
    internal const string Header = """{"alg":"HS256","typ":"JWT"}""";

    internal static string Claims(
        DateTimeOffset now,
        string issuer = "risk_manager",
        string audience = "execution_gateway",
        int life = 30,
        string method = "POST",
        string target = "/orders",
        string id = "one",
        string more = ""
    )
    {
        var at = now.ToUnixTimeSeconds();
        return $$"""
            {"iss":"{{issuer}}","aud":"{{audience}}","iat":{{at}},"exp":{{at + life}},
            "htm":"{{method}}","target":"{{target}}","jti":"{{id}}"{{more}}}
            """;
    }

    internal static string Sign(string key, string claims, string header = Header)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(mac)}";
    }

    internal static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    internal static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));
}
