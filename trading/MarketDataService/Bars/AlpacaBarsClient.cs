using System.Globalization;
using System.Net.Http.Json;
using Trading.Contracts;

namespace MarketDataService.Bars;

/// <summary>Alpaca's data API.</summary>
internal sealed class AlpacaBarsClient(HttpClient http, MarketDataOptions options)
{
    private static readonly TimeSpan s_bar = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gives the last <paramref name="limit"/> minutes of one symbol that were complete at <paramref name="asOf"/>, oldest first.
    /// </summary>
    public async Task<BarSeries> ReadAsync(string symbol, int limit, DateTimeOffset asOf, CancellationToken ct)
    {
        // Newest first, so that the limit cuts off the old end; a bar is named by its start and complete a minute later.
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"/v2/stocks/{symbol}/bars?timeframe=1Min&sort=desc&limit={limit}"
                + $"&start={Text(asOf.AddDays(-options.LookbackDays))}&end={Text(asOf - s_bar)}"
        );
        if (options.Feed.Length > 0)
            query += $"&feed={options.Feed}";
        var answer = await http.GetFromJsonAsync(query, AlpacaJson.Default.AlpacaBars, ct);
        var bars = (answer?.Bars ?? [])
            .Select(bar => new Bar(bar.T.ToUniversalTime(), bar.O, bar.H, bar.L, bar.C, bar.V))
            .Reverse();
        return new BarSeries(symbol, [.. bars]);
    }

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
