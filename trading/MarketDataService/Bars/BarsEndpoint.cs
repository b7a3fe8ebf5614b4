using System.Collections.Concurrent;
using MarketDataService.Clock;
using Microsoft.AspNetCore.Http.HttpResults;
using Trading.Contracts;

namespace MarketDataService.Bars;

internal static class BarsEndpoint
{
    private const int MostBars = 1_000;
    private const int AtOnce = 4;

    /// <summary>
    /// <c>GET /bars?symbols=A,B&amp;limit=60&amp;asOf=…</c>; without <c>asOf</c>, as of the broker's present time.
    /// </summary>
    public static async Task<Results<Ok<BarsAnswer>, ValidationProblem>> ReadAsync(
        string? symbols,
        int? limit,
        DateTimeOffset? asOf,
        AlpacaBarsClient bars,
        MarketClockSource clock,
        CancellationToken ct
    )
    {
        var wanted = (symbols ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var faults = new Dictionary<string, string[]>();
        if (Symbols.Fault(wanted) is { } fault)
            faults["symbols"] = [fault];
        if (limit is not null and (< 1 or > MostBars))
            faults["limit"] = [$"The limit is between 1 and {MostBars}."];
        if (faults.Count > 0)
            return TypedResults.ValidationProblem(faults);

        var moment = asOf?.ToUniversalTime() ?? (await clock.ReadAsync(ct)).Now;
        var series = new ConcurrentDictionary<string, BarSeries>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            wanted,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (symbol, token) => series[symbol] = await bars.ReadAsync(symbol, limit ?? 100, moment, token)
        );
        return TypedResults.Ok(new BarsAnswer(moment, [.. wanted.Select(symbol => series[symbol])]));
    }
}
