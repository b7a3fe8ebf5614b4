using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// Believes a webhook that is signed and was sent at most five minutes ago, or by a clock that is at most five minutes ahead.
/// </summary>
internal sealed class WebhookVerifier(
    ISecretManager secrets,
    IReplayStore replays,
    TimeProvider time,
    ILogger<WebhookVerifier> logger
)
{
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const string Malformed =
        "the headers webhook-id, webhook-timestamp and webhook-signature are not all there and well formed";
    private const string OutOfWindow = "the webhook is older than five minutes, or the clocks differ by as much";

    /// <summary>
    /// Longer than senders try again, and a wide margin over the window: a clock stepped ahead and back makes an old webhook
    /// young again.
    /// </summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(7);

    /// <summary>As many as routes name.</summary>
    private readonly ConcurrentDictionary<SecretName, bool> _warned = new();

    /// <summary>
    /// What can be told before the body is read: a stranger's body is not held for headers that could never be right.
    /// </summary>
    internal string? FindHeaderProblem(HttpRequest request) =>
        WebhookHeaders.Read(request.Headers) is not { } headers ? Malformed
        : IsInWindow(headers.SentAt) ? null
        : OutOfWindow;

    /// <summary>Gives the delivery, or what is wrong, which is for our log only.</summary>
    internal async ValueTask<(WebhookDelivery? Delivery, string? Problem)> CheckAsync(
        HttpRequest request,
        ReadOnlyMemory<byte> body,
        SecretName name,
        CancellationToken ct
    )
    {
        if (WebhookHeaders.Read(request.Headers) is not { } headers)
            return (null, Malformed);
        var secret = await GetSecretAsync(name, ct);
        var expected = WebhookSignature.MacOf(secret.Value, headers.Id, headers.Seconds, body.Span);
        var matches = false;
        foreach (var mac in headers.Macs)
            matches |= CryptographicOperations.FixedTimeEquals(mac, expected);
        if (!matches)
            return (null, "no signature is that of the id, the timestamp and the body");
        return IsInWindow(headers.SentAt)
            ? (new WebhookDelivery($"{name}:{headers.Id}", time.GetUtcNow() + s_kept, replays, time, logger), null)
            : (null, OutOfWindow);
    }

    /// <summary>Gets a secret that holds a key. One that is not in the standard form is warned of once.</summary>
    /// <exception cref="SecretConfigurationException">It holds none.</exception>
    internal async ValueTask<Secret> GetSecretAsync(SecretName name, CancellationToken ct)
    {
        var secret = await secrets.GetAsync(name, ct);
        if (!WebhookKey.IsValid(secret.Value))
        {
            throw new SecretConfigurationException(
                SecretErrorCode.ValueInvalid,
                $"The webhook secret '{name}' begins with 'whsec_', but what follows is not {WebhookKey.MinBytes} to "
                    + $"{WebhookKey.MaxBytes} bytes in base64. Store it as "
                    + "the sender shows it, or make a new one: whsec_ and the output of 'openssl rand -base64 32'.",
                name
            );
        }
        if (WebhookKey.IsPlainText(secret.Value) && _warned.TryAdd(name, true))
            Log.WebhookKeyIsPlainText(logger, name);
        return secret;
    }

    private bool IsInWindow(DateTimeOffset sentAt) => (time.GetUtcNow() - sentAt).Duration() <= Window;
}
