using System.Net.Http.Json;
using Trading.Contracts;

namespace Orchestrator.Peers;

/// <summary>Calls market data.</summary>
internal sealed class MarketDataClient(HttpClient http)
{
    public async Task<MarketClock> ClockAsync(CancellationToken ct) =>
        await http.GetFromJsonAsync("/clock", TradingJson.Default.MarketClock, ct)
        ?? throw new HttpRequestException("Market data answered nothing.");
}
