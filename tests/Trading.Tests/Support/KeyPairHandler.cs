using Strongroom.Breaker;
using Strongroom.Testing;
using Trading.ServiceDefaults;

namespace Trading.Tests.Support;

/// <summary>Stands in for the bound credential and the breaker's gate, which have tests of their own.</summary>
internal sealed class KeyPairHandler(KeyPair pair, ITradingBreaker breaker) : DelegatingHandler(new SocketsHttpHandler())
{
    public static HttpClient CreateClient(PaperBroker broker, KeyPair pair, ITradingBreaker breaker) =>
        new(new KeyPairHandler(pair, breaker)) { BaseAddress = broker.Url };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(TradingRisk.Opens, out var opens) && opens)
            breaker.DemandOpening();
        request.Headers.Add("APCA-API-KEY-ID", pair.KeyId);
        request.Headers.Add("APCA-API-SECRET-KEY", pair.Secret);
        return base.SendAsync(request, cancellationToken);
    }
}
