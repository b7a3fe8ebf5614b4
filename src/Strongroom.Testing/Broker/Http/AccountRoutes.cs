using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Strongroom.Testing;

/// <summary>Alpaca's account, clock, asset and position routes.</summary>
internal sealed class AccountRoutes(Exchange exchange, OrderRoutes orders, bool allowShorting)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v2/account", AccountAsync);
        app.MapGet("/v2/clock", ClockAsync);
        app.MapGet("/v2/assets", AssetsAsync);
        app.MapGet("/v2/assets/{symbol}", AssetAsync);
        app.MapGet("/v2/positions", PositionsAsync);
        app.MapDelete("/v2/positions", CloseAllAsync);
        app.MapGet("/v2/positions/{symbol}", PositionAsync);
        app.MapDelete("/v2/positions/{symbol}", CloseAsync);
    }

    private Task AccountAsync(HttpContext context)
    {
        var account = exchange.Read(Caller.Of(context).Account, view => AccountJson.From(view, allowShorting));
        return context.WriteAsync(account, AlpacaJson.Default.AccountJson);
    }

    private Task ClockAsync(HttpContext context) =>
        context.WriteAsync(ClockJson.From(exchange.Moment), AlpacaJson.Default.ClockJson);

    private Task AssetsAsync(HttpContext context)
    {
        var assets = exchange.Read((market, _) => market.Symbols.Select(s => AssetJson.Of(s, allowShorting)).ToList());
        return context.WriteAsync(assets, AlpacaJson.Default.IReadOnlyListAssetJson);
    }

    private Task AssetAsync(HttpContext context)
    {
        var symbol = Symbol(context);
        return exchange.Read((market, _) => market.Knows(symbol))
            ? context.WriteAsync(AssetJson.Of(symbol, allowShorting), AlpacaJson.Default.AssetJson)
            : throw Refusal.NotFound($"asset not found for {symbol}");
    }

    private Task PositionsAsync(HttpContext context)
    {
        var positions = exchange.Read(Caller.Of(context).Account, view =>
            view.Account.Holdings.Keys.Select(symbol => PositionJson.From(view, symbol)).ToList()
        );
        return context.WriteAsync(positions, AlpacaJson.Default.IReadOnlyListPositionJson);
    }

    private Task PositionAsync(HttpContext context)
    {
        var symbol = Symbol(context);
        var position = exchange.Read(Caller.Of(context).Account, view =>
            view.Account.Holdings.ContainsKey(symbol)
                ? PositionJson.From(view, symbol)
                : throw Refusal.NotFound("position does not exist")
        );
        return context.WriteAsync(position, AlpacaJson.Default.PositionJson);
    }

    private Task CloseAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var query = context.Request.Query;
        var order = exchange.ClosePosition(
            caller.Account,
            Symbol(context),
            Positive(query["qty"], "qty"),
            Positive(query["percentage"], "percentage"),
            caller.KeyId
        );
        return orders.WriteAsync(context, order);
    }

    private Task CloseAllAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        if (context.Request.Query["cancel_orders"] == "true")
            exchange.CancelAll(caller.Account);
        var closed = exchange.Read(caller.Account, view =>
            view.Account.Holdings.Keys.ToList().Select(symbol => Close(caller, symbol)).ToList()
        );
        return context.WriteAsync(closed, AlpacaJson.Default.IReadOnlyListClosedPositionJson, StatusCodes.Status207MultiStatus);
    }

    private ClosedPositionJson Close(Caller caller, string symbol)
    {
        try
        {
            return new ClosedPositionJson(
                symbol,
                200,
                OrderJson.From(exchange.ClosePosition(caller.Account, symbol, null, null, caller.KeyId))
            );
        }
        catch (Refusal refusal)
        {
            // One position whose shares are tied up keeps none of the others.
            return new ClosedPositionJson(symbol, refusal.Status, null);
        }
    }

    private static string Symbol(HttpContext context) => (string)context.GetRouteValue("symbol")!;

    private static decimal? Positive(string? text, string name)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Refusal.Invalid($"invalid {name}");
    }
}
