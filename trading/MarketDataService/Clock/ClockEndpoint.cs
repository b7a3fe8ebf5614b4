using Microsoft.AspNetCore.Http.HttpResults;
using Trading.Contracts;

namespace MarketDataService.Clock;

internal static class ClockEndpoint
{
    /// <summary><c>GET /clock</c></summary>
    public static async Task<Ok<MarketClock>> ReadAsync(MarketClockSource clock, CancellationToken ct) =>
        TypedResults.Ok(await clock.ReadAsync(ct));
}
