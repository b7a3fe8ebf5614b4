using System.Net.Http.Json;
using Trading.Contracts;

namespace MarketDataService.Clock;

/// <summary>The clock of Alpaca's trading API; the data API has none.</summary>
internal sealed class AlpacaClockClient(HttpClient http)
{
    public async Task<MarketClock> ReadAsync(CancellationToken ct)
    {
        var clock = await http.GetFromJsonAsync("/v2/clock", AlpacaJson.Default.AlpacaClock, ct)
            ?? throw new HttpRequestException("The broker's clock answered nothing.");
        return new MarketClock(
            clock.Timestamp.ToUniversalTime(),
            clock.IsOpen,
            clock.NextOpen.ToUniversalTime(),
            clock.NextClose.ToUniversalTime()
        );
    }
}
