using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Testing.Tests.Aws;

/// <summary>Signs as the documentation of Signature Version 4 says, for requests to <c>/</c> without a query.</summary>
internal sealed class RequestSigner(
    SecretsManagerCredential credential,
    TimeProvider time,
    string region,
    string service = "secretsmanager"
)
{
    public void Sign(HttpRequestMessage request, byte[] body)
    {
        var stamp = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.Host = request.RequestUri!.Authority;
        request.Headers.Add("X-Amz-Date", stamp);
        if (credential.SessionToken is not null)
            request.Headers.Add("X-Amz-Security-Token", credential.SessionToken);
        var headers = request
            .Headers.Concat(request.Content!.Headers)
            .Select(h => (Name: h.Key.ToLowerInvariant(), Value: string.Join(',', h.Value)))
            .Where(h => h.Name != "content-length")
            .OrderBy(h => h.Name, StringComparer.Ordinal)
            .ToList();
        var names = string.Join(';', headers.Select(h => h.Name));
        var canonical =
            $"{request.Method}\n/\n\n{string.Concat(headers.Select(h => $"{h.Name}:{h.Value}\n"))}\n{names}\n{Hash(body)}";
        var scope = $"{stamp[..8]}/{region}/{service}/aws4_request";
        var key = Encoding.UTF8.GetBytes("AWS4" + credential.SecretAccessKey);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = HMACSHA256.HashData(
            key,
            Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}")
        );
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={credential.AccessKeyId}/{scope}, SignedHeaders={names}, "
                + $"Signature={Convert.ToHexStringLower(signature)}"
        );
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
