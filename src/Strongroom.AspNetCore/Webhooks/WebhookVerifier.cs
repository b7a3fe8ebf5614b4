using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>Lets a webhook through that is signed, at most five minutes old (or early), and never seen before.</summary>
internal sealed class WebhookVerifier(
    ISecretManager secrets,
    IReplayStore replays,
    TimeProvider time,
    ILogger<WebhookVerifier> logger
)
{
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const string OutOfWindow = "the webhook is older than five minutes, or the clocks differ by as much";

    /// <summary>A wide margin over the window: a clock that is stepped ahead and back makes an old webhook young again.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(7);

    /// <summary>
    /// What can be told before the body is read: a stranger's body is not held for a header that could never be right.
    /// </summary>
    internal string? FindHeaderProblem(HttpRequest request)
    {
        var header = request.Headers[WebhookSignature.Header];
        if (header.Count != 1 || WebhookSignature.Parse(header[0] ?? "") is not var (seconds, _))
            return "there is no signature, or it is malformed";
        return IsInWindow(DateTimeOffset.FromUnixTimeSeconds(seconds), time.GetUtcNow()) ? null : OutOfWindow;
    }

    /// <summary>Gives the delivery, or what is wrong, which is for our log only.</summary>
    internal async ValueTask<(WebhookDelivery? Delivery, string? Problem)> CheckAsync(
        HttpRequest request,
        ReadOnlyMemory<byte> body,
        SecretName name,
        CancellationToken ct
    )
    {
        var header = request.Headers[WebhookSignature.Header];
        if (header.Count != 1 || WebhookSignature.Parse(header[0] ?? "") is not var (seconds, macs))
            return (null, "there is no signature, or it is malformed");

        var secret = await secrets.GetAsync(name, ct);
        var expected = WebhookSignature.MacOf(secret.Value, seconds, body.Span);
        var matches = false;
        foreach (var mac in macs)
            matches |= CryptographicOperations.FixedTimeEquals(mac, expected);
        if (!matches)
            return (null, "the signature is not that of the body");

        var sentAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        var now = time.GetUtcNow();
        if (!IsInWindow(sentAt, now))
            return (null, OutOfWindow);
        // Our own computation of the signature is the id: the header has several spellings of the same one.
        var id = string.Create(CultureInfo.InvariantCulture, $"{name}:{Convert.ToHexStringLower(expected)}");
        return await replays.TryRememberAsync(id, now + s_kept, ct)
            ? (new WebhookDelivery(id, replays, time, logger), null)
            : (null, "the webhook was taken before, or is being handled");
    }

    private static bool IsInWindow(DateTimeOffset sentAt, DateTimeOffset now) => (now - sentAt).Duration() <= Window;
}
