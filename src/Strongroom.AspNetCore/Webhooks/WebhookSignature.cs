using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.AspNetCore;

/// <summary>
/// The signature of a webhook: <c>t=&lt;unix seconds&gt;,v1=&lt;hex&gt;</c>, an HMAC-SHA256 over <c>{t}.{body}</c>.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-Strongroom-Signature";

    private const int MaxLength = 512;

    /// <summary>Signs a body as sent at <paramref name="at"/>.</summary>
    public static string Create(SecretValue secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var seconds = at.ToUnixTimeSeconds();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"t={seconds},v1={Convert.ToHexStringLower(MacOf(secret, seconds, body))}"
        );
    }

    internal static byte[] MacOf(SecretValue secret, long seconds, ReadOnlySpan<byte> body)
    {
        var prefix = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}."));
        using var mac = secret.Reveal(0, static (utf8, _) => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, utf8));
        mac.AppendData(prefix);
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }

    /// <summary>
    /// Reads the header: one time and at least one signature, since a sender in rotation may sign with two secrets.
    /// </summary>
    internal static (long Seconds, IReadOnlyList<byte[]> Macs)? Parse(string header)
    {
        long? seconds = null;
        var macs = new List<byte[]>();
        if (header.Length > MaxLength)
            return null;
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal))
            {
                // Only the plain form: what is parsed must be what was signed.
                if (
                    seconds is not null
                    || !long.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
                    || parsed > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                )
                    return null;
                seconds = parsed;
            }
            else if (part.StartsWith("v1=", StringComparison.Ordinal))
            {
                if (part.Length != 3 + 2 * HMACSHA256.HashSizeInBytes || !part.AsSpan(3).ContainsOnlyHex())
                    return null;
                macs.Add(Convert.FromHexString(part.AsSpan(3)));
            }
        }
        return seconds is { } at && macs.Count > 0 ? (at, macs) : null;
    }

    private static bool ContainsOnlyHex(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }
        return true;
    }
}
