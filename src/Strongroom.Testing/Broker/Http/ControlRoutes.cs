using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Strongroom.Testing;

/// <summary>The route by which another process moves the clock. Not Alpaca's; there only when it is allowed.</summary>
internal sealed class ControlRoutes(Exchange exchange, BrokerClock clock, string token)
{
    public const string TokenHeader = "Paper-Control-Token";
    private const int MostBars = 100 * BrokerClock.BarsPerDay;

    public void Map(IEndpointRouteBuilder app) => app.MapPost("/paper/advance", AdvanceAsync);

    private async Task AdvanceAsync(HttpContext context)
    {
        var given = Encoding.UTF8.GetBytes(context.Request.Headers[TokenHeader].ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(token)))
            throw Refusal.Unauthorized();
        await clock.AdvanceAsync(await ReadBarsAsync(context), context.RequestAborted);
        await context.WriteAsync(ClockJson.From(exchange.Moment), AlpacaJson.Default.ClockJson);
    }

    private static async Task<int> ReadBarsAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            if (
                body.RootElement.ValueKind == JsonValueKind.Object
                && body.RootElement.TryGetProperty("bars", out var bars)
                && bars.TryGetInt32(out var count)
                && count is >= 0 and <= MostBars
            )
                return count;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Refused below, like every other body that says no number of bars.
        }
        throw Refusal.Invalid($"bars must be a number between 0 and {MostBars}");
    }
}
