using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Strongroom.Testing;

/// <summary>Alpaca's market data routes for stocks.</summary>
internal sealed class MarketDataRoutes(Exchange exchange)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v2/stocks/bars", BarsAsync);
        app.MapGet("/v2/stocks/bars/latest", context =>
            LatestAsync(context, bars =>
                context.WriteAsync(new LatestBarsJson(Each(bars, BarJson.From)), AlpacaJson.Default.LatestBarsJson)
            )
        );
        app.MapGet("/v2/stocks/quotes/latest", context =>
            LatestAsync(context, bars =>
                context.WriteAsync(new LatestQuotesJson(Each(bars, QuoteJson.From)), AlpacaJson.Default.LatestQuotesJson)
            )
        );
        app.MapGet("/v2/stocks/trades/latest", context =>
            LatestAsync(context, bars =>
                context.WriteAsync(new LatestTradesJson(Each(bars, TradeJson.From)), AlpacaJson.Default.LatestTradesJson)
            )
        );
        app.MapGet("/v2/stocks/{symbol}/bars", SymbolBarsAsync);
        app.MapGet("/v2/stocks/{symbol}/bars/latest", context =>
            context.WriteAsync(
                new LatestBarJson(Symbol(context), BarJson.From(Latest(context))),
                AlpacaJson.Default.LatestBarJson
            )
        );
        app.MapGet("/v2/stocks/{symbol}/quotes/latest", context =>
            context.WriteAsync(
                new LatestQuoteJson(Symbol(context), QuoteJson.From(Latest(context))),
                AlpacaJson.Default.LatestQuoteJson
            )
        );
        app.MapGet("/v2/stocks/{symbol}/trades/latest", context =>
            context.WriteAsync(
                new LatestTradeJson(Symbol(context), TradeJson.From(Latest(context))),
                AlpacaJson.Default.LatestTradeJson
            )
        );
    }

    private Task BarsAsync(HttpContext context)
    {
        var page = Page(context, Symbols(context));
        return context.WriteAsync(new BarsJson(page.Bars, page.NextPageToken), AlpacaJson.Default.BarsJson);
    }

    private Task SymbolBarsAsync(HttpContext context)
    {
        var symbol = Symbol(context);
        var page = Page(context, [symbol]);
        var bars = page.Bars.GetValueOrDefault(symbol) ?? [];
        return context.WriteAsync(new SymbolBarsJson(symbol, bars, page.NextPageToken), AlpacaJson.Default.SymbolBarsJson);
    }

    private BarsPage Page(HttpContext context, IReadOnlyList<string> symbols) =>
        exchange.Read((market, moment) => BarsQuery.Parse(context.Request.Query, symbols, moment).Answer(market, moment));

    private Task LatestAsync(HttpContext context, Func<IReadOnlyDictionary<string, MinuteBar>, Task> write)
    {
        var symbols = Symbols(context);
        return write(
            exchange.Read((market, moment) => symbols.Where(market.Knows).ToDictionary(s => s, s => market.LatestBar(s, moment)))
        );
    }

    private MinuteBar Latest(HttpContext context)
    {
        var symbol = Symbol(context);
        return exchange.Read(
            (market, moment) =>
                market.Knows(symbol)
                    ? market.LatestBar(symbol, moment)
                    : throw new Refusal(404, null, $"no data found for {symbol}")
        );
    }

    private static Dictionary<string, T> Each<T>(IReadOnlyDictionary<string, MinuteBar> bars, Func<MinuteBar, T> shape) =>
        bars.ToDictionary(b => b.Key, b => shape(b.Value));

    private static string Symbol(HttpContext context) => (string)context.GetRouteValue("symbol")!;

    private static string[] Symbols(HttpContext context)
    {
        var symbols = context
            .Request.Query["symbols"]
            .ToString()
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return symbols.Length > 0 ? symbols : throw Refusal.BadData("symbols is required");
    }
}
