namespace Strongroom.Testing;

/// <summary>
/// The days before a path begins: a walk of its own that ends at the path's first price. Made when a request reaches that far
/// back, so that a longer past changes no price of the present.
/// </summary>
internal sealed class PastPrices(string symbol, int seed, decimal endPrice, DateOnly firstDay, DateOnly endDay)
{
    private readonly Lazy<Dictionary<DateOnly, MinuteBar[]>> days = new(() => Walk(symbol, seed, endPrice, firstDay, endDay));

    public IReadOnlyList<MinuteBar> Day(DateOnly day) =>
        day < firstDay || day >= endDay ? [] : days.Value.GetValueOrDefault(day) ?? [];

    private static Dictionary<DateOnly, MinuteBar[]> Walk(
        string symbol,
        int seed,
        decimal endPrice,
        DateOnly firstDay,
        DateOnly endDay
    )
    {
        var first = MarketMoment.IsTradingDay(firstDay) ? firstDay : MarketMoment.NextTradingDay(firstDay);
        var walk = new PricePath($"{symbol} before", seed, endPrice, first);
        var days = new Dictionary<DateOnly, MinuteBar[]>();
        for (var day = first; day < endDay; day = MarketMoment.NextTradingDay(day))
            days[day] = [.. walk.Day(day)];
        var factor = days.Count == 0 ? 1 : endPrice / walk.Day(MarketMoment.TradingDayBefore(endDay, 1))[^1].Close;
        return days.ToDictionary(day => day.Key, day => Array.ConvertAll(day.Value, bar => Scale(bar, factor)));
    }

    private static MinuteBar Scale(MinuteBar bar, decimal factor) =>
        bar with
        {
            Open = Price(bar.Open * factor),
            High = Price(bar.High * factor),
            Low = Price(bar.Low * factor),
            Close = Price(bar.Close * factor),
            VolumeWeightedPrice = Math.Clamp(
                decimal.Round(bar.VolumeWeightedPrice * factor, 6),
                Price(bar.Low * factor),
                Price(bar.High * factor)
            ),
        };

    private static decimal Price(decimal price) => Math.Max(2m, decimal.Round(price, 2));
}
