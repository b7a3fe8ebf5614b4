using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strongroom.Testing.Aws.Signing;

/// <summary>A request in the one spelling that is signed, after AWS's documentation of Signature Version 4.</summary>
internal static class CanonicalRequest
{
    public static string Of(HttpContext context, IReadOnlyList<string> signedHeaders, string payloadHash)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var at = target.IndexOf('?', StringComparison.Ordinal);
        var text = new StringBuilder()
            .Append(context.Request.Method)
            .Append('\n')
            .Append(Path(at < 0 ? target : target[..at]))
            .Append('\n')
            .Append(Query(at < 0 ? "" : target[(at + 1)..]))
            .Append('\n');
        // Sorted by the verifier: a client that signs them in another order is refused.
        var names = signedHeaders.Order(StringComparer.Ordinal).ToList();
        foreach (var name in names)
            text.Append(name).Append(':').Append(string.Join(',', context.Request.Headers[name].Select(Trimmed))).Append('\n');
        return text.Append('\n').Append(string.Join(';', names)).Append('\n').Append(payloadHash).ToString();
    }

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    // Every service but S3 signs the path encoded once more than it was sent.
    private static string Path(string raw) => string.Join('/', raw.Split('/').Select(Uri.EscapeDataString));

    private static string Query(string raw) =>
        string.Join(
            '&',
            raw.Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
                .Select(pair => pair.Split('=', 2))
                .Select(pair => (Name: Encoded(pair[0]), Value: Encoded(pair[1])))
                .OrderBy(pair => pair.Name, StringComparer.Ordinal)
                .ThenBy(pair => pair.Value, StringComparer.Ordinal)
                .Select(pair => $"{pair.Name}={pair.Value}")
        );

    private static string Encoded(string raw) => Uri.EscapeDataString(Uri.UnescapeDataString(raw));

    private static string Trimmed(string? value) =>
        string.Join(' ', (value ?? "").Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
