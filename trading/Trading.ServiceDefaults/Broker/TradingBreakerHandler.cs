using Strongroom.Breaker;

namespace Trading.ServiceDefaults;

/// <summary>
/// The last gate before an order's bytes leave, passed by every attempt: no order that opens risk while trading is stopped.
/// Cancelling, reading and reducing always pass.
/// </summary>
internal sealed class TradingBreakerHandler(ITradingBreaker breaker) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (OpensRisk(request))
            breaker.DemandOpening();
        return base.SendAsync(request, cancellationToken);
    }

    /// <summary>Changing an order (PATCH) may enlarge it, so it counts too.</summary>
    private static bool OpensRisk(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(TradingRisk.Opens, out var opens))
            return opens;
        return (request.Method == HttpMethod.Post || request.Method == HttpMethod.Patch || request.Method == HttpMethod.Put)
            && (request.RequestUri?.AbsolutePath.TrimStart('/').StartsWith("v2/orders", StringComparison.OrdinalIgnoreCase) ?? true);
    }
}
