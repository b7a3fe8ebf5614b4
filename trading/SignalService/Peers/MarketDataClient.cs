using System.Globalization;
using System.Net.Http.Json;
using Trading.Contracts;

namespace SignalService.Peers;

/// <summary>Calls market data.</summary>
internal sealed class MarketDataClient(HttpClient http)
{
    public async Task<BarsAnswer> BarsAsync(IReadOnlyList<string> symbols, int limit, DateTimeOffset asOf, CancellationToken ct)
    {
        var target = string.Create(
            CultureInfo.InvariantCulture,
            $"/bars?symbols={string.Join(',', symbols)}&limit={limit}&asOf={asOf.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}"
        );
        return await http.GetFromJsonAsync(target, TradingJson.Default.BarsAnswer, ct)
            ?? throw new HttpRequestException("Market data answered nothing.");
    }
}
