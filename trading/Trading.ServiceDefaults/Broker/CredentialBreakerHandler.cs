using Strongroom.Breaker;

namespace Trading.ServiceDefaults;

/// <summary>
/// Checks each attempt right before its bytes are sent: no order that opens risk leaves while trading is stopped. Cancelling,
/// reading and reducing always pass.
/// </summary>
/// <remarks>
/// Name resolution, waiting for a connection and handshakes may take minutes in the inner handlers. So the check is part of the
/// body, which is written afterwards, and runs right before the last byte, without which the broker cannot act on an order.
/// </remarks>
internal sealed class CredentialBreakerHandler(ICredentialBreaker breaker) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!OpensRisk(request))
            return await base.SendAsync(request, cancellationToken);
        // Avoids the connection where the result is known already.
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
