namespace Strongroom.Testing;

/// <summary>A bar with Alpaca's one-letter names: time, open, high, low, close, volume, trades, volume-weighted price.</summary>
internal sealed record BarJson(string T, decimal O, decimal H, decimal L, decimal C, long V, long N, decimal Vw)
{
    public static BarJson From(MinuteBar bar) =>
        new(Wire.Utc(bar.Start), bar.Open, bar.High, bar.Low, bar.Close, bar.Volume, bar.TradeCount, bar.VolumeWeightedPrice);
}

/// <summary>A quote: ask and bid, each with exchange, price and size; conditions and tape.</summary>
internal sealed record QuoteJson(
    string T,
    string Ax,
    decimal Ap,
    int As,
    string Bx,
    decimal Bp,
    int Bs,
    IReadOnlyList<string> C,
    string Z
)
{
    public static QuoteJson From(MinuteBar bar) =>
        new(Wire.Utc(bar.Start.AddMinutes(1)), "V", bar.Close + 0.01m, 2, "V", bar.Close - 0.01m, 3, ["R"], "C");
}

/// <summary>A trade: time, exchange, price, size, conditions, id, tape.</summary>
internal sealed record TradeJson(string T, string X, decimal P, int S, IReadOnlyList<string> C, long I, string Z)
{
    public static TradeJson From(MinuteBar bar) =>
        new(Wire.Utc(bar.Start.AddMinutes(1)), "V", bar.Close, 100, ["@"], bar.Start.ToUnixTimeSeconds(), "C");
}

internal sealed record SymbolBarsJson(string Symbol, IReadOnlyList<BarJson> Bars, string? NextPageToken);

internal sealed record BarsJson(IReadOnlyDictionary<string, IReadOnlyList<BarJson>> Bars, string? NextPageToken);

internal sealed record LatestBarJson(string Symbol, BarJson Bar);

internal sealed record LatestBarsJson(IReadOnlyDictionary<string, BarJson> Bars);

internal sealed record LatestQuoteJson(string Symbol, QuoteJson Quote);

internal sealed record LatestQuotesJson(IReadOnlyDictionary<string, QuoteJson> Quotes);

internal sealed record LatestTradeJson(string Symbol, TradeJson Trade);

internal sealed record LatestTradesJson(IReadOnlyDictionary<string, TradeJson> Trades);
