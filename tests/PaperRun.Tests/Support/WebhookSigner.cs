using System.Security.Cryptography;
using System.Text;

namespace PaperRun.Tests.Support;

/// <summary>Signs webhooks as a sender of its own would, by the words of Standard Webhooks.</summary>
internal static class WebhookSigner
{
    private const string Prefix = "whsec_";

    internal static string Sign(string secret, string id, string timestamp, string body)
    {
        var key = secret.StartsWith(Prefix, StringComparison.Ordinal)
            ? Convert.FromBase64String(secret[Prefix.Length..])
            : Encoding.UTF8.GetBytes(secret);
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")))}";
    }
}
