using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>A webhook's three headers, well-formed and not yet verified.</summary>
internal sealed record WebhookHeaders(string Id, long Seconds, IReadOnlyList<byte[]> Macs)
{
    private const int MaxSignatures = 16;

    /// <summary>Enough for sixteen of the longer <c>v1a</c> signatures.</summary>
    private const int MaxLength = 2048;

    private const string Version = "v1,";
    private const int Base64Length = (HMACSHA256.HashSizeInBytes + 2) / 3 * 4;

    internal DateTimeOffset SentAt => DateTimeOffset.FromUnixTimeSeconds(Seconds);

    /// <summary>
    /// Reads the headers. Null where one is missing, repeated or malformed, or where there is no signature of version 1.
    /// </summary>
    internal static WebhookHeaders? Read(IHeaderDictionary headers)
    {
        if (
            headers[WebhookSignature.IdHeader] is not [{ } id]
            || !WebhookSignature.IsId(id)
            || headers[WebhookSignature.TimestampHeader] is not [{ } timestamp]
            || headers[WebhookSignature.SignatureHeader] is not [{ Length: <= MaxLength } signatures]
        )
            return null;
        if (
            !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            // The header's own text is signed; leading zeros would be lost.
            || (timestamp.Length > 1 && timestamp[0] == '0')
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        )
            return null;
        return ReadMacs(signatures) is { Count: > 0 } macs ? new WebhookHeaders(id, seconds, macs) : null;
    }

    /// <summary>
    /// Ignores signatures of other versions, such as <c>v1a</c>. Null where one of version 1 is malformed.
    /// </summary>
    private static List<byte[]>? ReadMacs(string signatures)
    {
        var macs = new List<byte[]>();
        var count = 0;
        foreach (var range in signatures.AsSpan().Split(' '))
        {
            var signature = signatures.AsSpan(range);
            if (signature.IsEmpty)
                continue;
            if (++count > MaxSignatures)
                return null;
            if (!signature.StartsWith(Version, StringComparison.Ordinal))
                continue;
            var mac = new byte[HMACSHA256.HashSizeInBytes];
            var text = signature[Version.Length..];
            if (text.Length != Base64Length || !Convert.TryFromBase64Chars(text, mac, out var length) || length != mac.Length)
                return null;
            macs.Add(mac);
        }
        return macs;
    }
}
