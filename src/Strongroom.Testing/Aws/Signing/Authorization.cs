using System.Diagnostics.CodeAnalysis;

namespace Strongroom.Testing.Aws.Signing;

/// <summary>The parts of an <c>Authorization</c> header of Signature Version 4.</summary>
internal sealed record Authorization(
    string AccessKeyId,
    string Date,
    string Region,
    string Service,
    IReadOnlyList<string> SignedHeaders,
    string Signature
)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    public string Scope => $"{Date}/{Region}/{Service}/aws4_request";

    public static bool TryParse(string header, [NotNullWhen(true)] out Authorization? authorization)
    {
        authorization = null;
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            return false;
        Dictionary<string, string> parts = new(StringComparer.Ordinal);
        foreach (var part in header[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries))
            if (part.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                parts[part[..at]] = part[(at + 1)..];
        if (
            parts.GetValueOrDefault("Credential")?.Split('/') is not [var id, var date, var region, var service, "aws4_request"]
            || parts.GetValueOrDefault("SignedHeaders") is not { Length: > 0 } headers
            || parts.GetValueOrDefault("Signature") is not { Length: > 0 } signature
        )
            return false;
        authorization = new(id, date, region, service, headers.Split(';'), signature);
        return true;
    }
}
