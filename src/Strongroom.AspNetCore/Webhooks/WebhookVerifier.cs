using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// Accepts a webhook that is signed and whose timestamp is at most five minutes in the past or in the future.
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
        "the headers webhook-id, webhook-timestamp and webhook-signature are not all present and well-formed";
    private const string OutOfWindow = "the webhook is older than five minutes, or the clocks differ by as much";

    /// <summary>
    /// Longer than senders retry, and a wide margin over the window: after a clock was stepped forward and back, an old webhook
    /// is within its window again.
    /// </summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(7);

    /// <summary>At most one entry for each webhook route.</summary>
    private readonly ConcurrentDictionary<SecretName, bool> _warned = new();

    /// <summary>
    /// Finds what is wrong before the body is read, so that no body is held for headers that can never be valid.
    /// </summary>
    internal string? FindHeaderProblem(HttpRequest request) =>
        WebhookHeaders.Read(request.Headers) is not { } headers ? Malformed
        : IsInWindow(headers.SentAt) ? null
        : OutOfWindow;

    /// <summary>Returns the delivery, or the problem, which is for the log only.</summary>
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
            return (null, "no signature matches the id, the timestamp and the body");
        return IsInWindow(headers.SentAt)
            ? (new WebhookDelivery(name, headers.Id, time.GetUtcNow() + s_kept, replays, time, logger), null)
            : (null, OutOfWindow);
    }

    /// <summary>Gets a valid key, and warns once of one that is not in the standard form.</summary>
    /// <exception cref="SecretConfigurationException">The key is not valid.</exception>
    internal async ValueTask<Secret> GetSecretAsync(SecretName name, CancellationToken ct)
    {
        var secret = await secrets.GetAsync(name, ct);
        if (!WebhookKey.IsValid(secret.Value))
        {
            throw new SecretConfigurationException(
                SecretErrorCode.ValueInvalid,
                $"The webhook secret '{name}' begins with 'whsec_', but what follows is not {WebhookKey.MinBytes} to "
                    + $"{WebhookKey.MaxBytes} bytes in base64 with padding. Store it as the sender shows it, or create "
                    + "a new one: whsec_ and the output of 'openssl rand -base64 32'.",
                name
            );
        }
        if (WebhookKey.IsPlainText(secret.Value) && _warned.TryAdd(name, true))
            Log.WebhookKeyIsPlainText(logger, name);
        return secret;
    }

    private bool IsInWindow(DateTimeOffset sentAt) => (time.GetUtcNow() - sentAt).Duration() <= Window;
}
