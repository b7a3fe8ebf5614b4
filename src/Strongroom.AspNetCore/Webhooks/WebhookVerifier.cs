using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>Takes a webhook that is signed, at most five minutes old (or early), and never seen before.</summary>
internal sealed class WebhookVerifier(ISecretManager secrets, IReplayStore replays, TimeProvider time)
{
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Gives what is wrong, for our log only, or null.</summary>
    internal async ValueTask<string?> FindProblemAsync(HttpRequest request, ReadOnlyMemory<byte> body, SecretName name, CancellationToken ct)
    {
        var header = request.Headers[WebhookSignature.Header];
        if (header.Count != 1 || WebhookSignature.Parse(header[0] ?? "") is not var (seconds, macs))
            return "there is no signature, or it is malformed";

        var secret = await secrets.GetAsync(name, ct);
        var expected = WebhookSignature.MacOf(secret.Value, seconds, body.Span);
        var matches = false;
        foreach (var mac in macs)
            matches |= CryptographicOperations.FixedTimeEquals(mac, expected);
        if (!matches)
            return "the signature is not that of the body";

        var sentAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        if ((time.GetUtcNow() - sentAt).Duration() > Window)
            return "the webhook is older than five minutes, or the clocks differ by as much";
        // Our own computation of the signature is the id: the header has several spellings of the same one.
        var id = string.Create(CultureInfo.InvariantCulture, $"{name}:{Convert.ToHexStringLower(expected)}");
        return await replays.TryRememberAsync(id, sentAt + Window + TimeSpan.FromSeconds(1), ct) ? null : "the webhook was taken before";
    }
}
