using Strongroom.Breaker;

namespace Trading.ServiceDefaults;

/// <summary>
/// The last gate before an order's bytes leave, passed by every attempt: no order that opens risk while trading is stopped.
/// Cancelling, reading and reducing always pass.
/// </summary>
/// <remarks>
/// A name to resolve, a free connection, a handshake: minutes may pass in the handlers below. So the gate stands in the body,
/// which is written when all of that is done, and its question comes right before the last byte, without which nobody can act on
/// an order.
/// </remarks>
internal sealed class TradingBreakerHandler(ICredentialBreaker breaker) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!OpensRisk(request))
            return await base.SendAsync(request, cancellationToken);
        // Saves the way where the answer is known already.
        breaker.RequireAll();
        var content = request.Content;
        using var gated = await PermissionCheckedContent.OfAsync(content, breaker.RequireAll, cancellationToken);
        request.Content = gated;
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            request.Content = content;
        }
    }

    /// <summary>Changing an order (PATCH) may enlarge it, so it counts too.</summary>
    private static bool OpensRisk(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(TradingRisk.Opens, out var opens))
            return opens;
        return (request.Method == HttpMethod.Post || request.Method == HttpMethod.Patch || request.Method == HttpMethod.Put)
            && (
                request.RequestUri?.AbsolutePath.TrimStart('/').StartsWith("v2/orders", StringComparison.OrdinalIgnoreCase)
                ?? true
            );
    }
}
