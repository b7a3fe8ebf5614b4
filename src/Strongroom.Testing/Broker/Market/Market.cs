namespace Strongroom.Testing;

/// <summary>Every symbol's path, seen only up to a moment: a bar that is not complete does not exist yet.</summary>
internal sealed class Market
{
    // The furthest that a client of Alpaca's bars looks back for them here (BARS_LOOKBACK_DAYS).
    private const int HistoryDays = 30;
    private const int TradingDaysToStartPrice = 5;
    private readonly SortedDictionary<string, PricePath> paths = new(StringComparer.Ordinal);
    private readonly DateOnly firstDay;

    public Market(PaperBrokerOptions options)
    {
        firstDay = options.TradingDate.AddDays(-HistoryDays);
        var priced = MarketMoment.TradingDayBefore(options.TradingDate, TradingDaysToStartPrice);
        foreach (var (symbol, price) in options.StartPrices)
            paths[symbol] = new PricePath(
                symbol,
                options.Seed,
                price,
                priced,
                new PastPrices(symbol, options.Seed, price, firstDay, priced)
            );
    }

    public IEnumerable<string> Symbols => paths.Keys;

    public bool Knows(string symbol) => paths.ContainsKey(symbol);

    public MinuteBar Bar(string symbol, MarketMoment moment) => paths[symbol].Day(moment.Day)[moment.BarsCompleted];

    public MinuteBar LatestBar(string symbol, MarketMoment moment) =>
        moment.BarsCompleted > 0
            ? paths[symbol].Day(moment.Day)[moment.BarsCompleted - 1]
            : paths[symbol].Day(MarketMoment.TradingDayBefore(moment.Day, 1))[^1];

    public decimal PreviousClose(string symbol, MarketMoment moment) =>
        paths[symbol].Day(MarketMoment.TradingDayBefore(moment.Day, 1))[^1].Close;

    public IEnumerable<MinuteBar> Bars(string symbol, DateTimeOffset from, DateTimeOffset to, MarketMoment moment)
    {
        var start = DateOnly.FromDateTime(NewYorkTime.From(from).DateTime);
        for (var day = start < firstDay ? firstDay : start; day <= moment.Day; day = day.AddDays(1))
        {
            var bars = paths[symbol].Day(day);
            var complete = day == moment.Day ? moment.BarsCompleted : bars.Count;
            for (var i = 0; i < Math.Min(complete, bars.Count); i++)
                if (bars[i].Start >= from && bars[i].Start <= to)
                    yield return bars[i];
        }
    }
}
