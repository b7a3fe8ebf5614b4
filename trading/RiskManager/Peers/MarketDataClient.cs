using System.Net.Http.Json;
using Trading.Contracts;

namespace RiskManager.Peers;

/// <summary>Calls market data for the broker's time: how old a price is, is not for the asker to say.</summary>
internal sealed class MarketDataClient(HttpClient http)
{
    public async Task<MarketClock> ClockAsync(CancellationToken ct) =>
        await http.GetFromJsonAsync("/clock", TradingJson.Default.MarketClock, ct)
        ?? throw new HttpRequestException("Market data answered nothing.");
}
