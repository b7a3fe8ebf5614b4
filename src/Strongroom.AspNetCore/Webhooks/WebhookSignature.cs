using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.AspNetCore;

/// <summary>
/// Signs webhooks in the form of <see href="https://www.standardwebhooks.com">Standard Webhooks</see>: an HMAC-SHA256 over
/// <c>{id}.{timestamp}.{body}</c>, written <c>v1,&lt;base64&gt;</c>.
/// </summary>
/// <remarks>
/// A secret is <c>whsec_</c> and 24 to 64 random bytes in base64. Any other text is used as its UTF-8 bytes, where other
/// implementations decode it.
/// </remarks>
public static class WebhookSignature
{
    /// <summary>The header with the webhook's id. A retry repeats it, and a receiver handles each id once.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header with the time of the attempt, in Unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header with the signatures, separated by spaces.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The longest id that a receiver accepts.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Signs <paramref name="body"/> as sent at <paramref name="at"/>.</summary>
    /// <param name="secret">The receiver's secret.</param>
    /// <param name="id">Visible ASCII characters without a full stop, at most <see cref="MaxIdLength"/> long.</param>
    /// <param name="at">When this attempt is sent; a retry is signed again.</param>
    /// <param name="body">The bytes that are sent.</param>
    /// <returns>One signature: <c>v1,&lt;base64&gt;</c>.</returns>
    /// <exception cref="ArgumentException">The id or the secret is malformed.</exception>
    public static string Create(SecretValue secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (!IsId(id))
            throw new ArgumentException($"Give 1 to {MaxIdLength} visible ASCII characters without a full stop.", nameof(id));
        var mac = MacOf(secret, id, at.ToUnixTimeSeconds(), body)
            ?? throw new ArgumentException(
                $"After 'whsec_', give {WebhookKey.MinBytes} to {WebhookKey.MaxBytes} bytes in base64.",
                nameof(secret)
            );
        return "v1," + Convert.ToBase64String(mac);
    }

    /// <summary>
    /// Adds the three headers to a request. While a secret is being rotated, sign with the old and the new one; the receiver
    /// accepts either.
    /// </summary>
    /// <exception cref="ArgumentException">The id or a secret is malformed, or there is no secret.</exception>
    public static void Sign(
        HttpRequestHeaders headers,
        string id,
        DateTimeOffset at,
        ReadOnlySpan<byte> body,
        params ReadOnlySpan<SecretValue> secrets
    )
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (secrets.IsEmpty)
            throw new ArgumentException("Give at least one secret.", nameof(secrets));
        var signatures = new string[secrets.Length];
        for (var i = 0; i < secrets.Length; i++)
            signatures[i] = Create(secrets[i], id, at, body);
        headers.Add(IdHeader, id);
        headers.Add(TimestampHeader, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        headers.Add(SignatureHeader, string.Join(' ', signatures));
    }

    /// <summary>With a full stop in an id, bytes of the body could be moved into the id under the same signature.</summary>
    internal static bool IsId(string id) =>
        id.Length is > 0 and <= MaxIdLength
        && !id.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !id.Contains('.', StringComparison.Ordinal);

    /// <summary>Null where the secret is not a valid key.</summary>
    internal static byte[]? MacOf(SecretValue secret, string id, long seconds, ReadOnlySpan<byte> body)
    {
        using var mac = WebhookKey.Hmac(secret);
        if (mac is null)
            return null;
        mac.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
