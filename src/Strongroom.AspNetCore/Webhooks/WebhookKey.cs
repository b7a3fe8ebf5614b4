using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Strongroom.AspNetCore;

/// <summary>
/// The key in a webhook's secret: <c>whsec_</c> and 24 to 64 bytes in base64. The bytes of any other text are the key itself,
/// for senders that do not use this form.
/// </summary>
internal static class WebhookKey
{
    internal const int MinBytes = 24;
    internal const int MaxBytes = 64;

    private static ReadOnlySpan<byte> Prefix => "whsec_"u8;

    internal static bool IsPlainText(SecretValue secret) => secret.Reveal(0, static (utf8, _) => !utf8.StartsWith(Prefix));

    /// <summary>False for <c>whsec_</c> with anything but 24 to 64 bytes in base64.</summary>
    internal static bool IsValid(SecretValue secret)
    {
        using var mac = Hmac(secret);
        return mac is not null;
    }

    /// <summary>An HMAC-SHA256 with the key; null where the secret is not <see cref="IsValid">valid</see>.</summary>
    internal static IncrementalHash? Hmac(SecretValue secret) => secret.Reveal(0, static (utf8, _) =>
        {
            if (!utf8.StartsWith(Prefix))
                return IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, utf8);
            // One byte more than allowed, so that a key that is too long is noticed.
            Span<byte> key = stackalloc byte[MaxBytes + 1];
            try
            {
                return
                    Base64.DecodeFromUtf8(utf8[Prefix.Length..], key, out _, out var length) == OperationStatus.Done
                    && length is >= MinBytes and <= MaxBytes
                    ? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key[..length])
                    : null;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        });
}
