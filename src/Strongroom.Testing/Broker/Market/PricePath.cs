namespace Strongroom.Testing;

/// <summary>
/// One symbol's prices: a geometric random walk whose drift changes every half hour or so, so that a trend lasts long
/// enough for a momentum strategy to see it. The same seed gives the same path.
/// </summary>
internal sealed class PricePath
{
    private const int StepsPerBar = 4;
    private readonly PriceRandom random;
    private readonly Dictionary<DateOnly, MinuteBar[]> days = [];
    private readonly DateOnly firstDay;
    private readonly PastPrices? past;
    private DateOnly nextDay;
    private double price;
    private double drift;
    private double volatility = 0.0004;
    private int barsLeftInRegime;

    public PricePath(string symbol, int seed, decimal startPrice, DateOnly firstDay, PastPrices? past = null)
    {
        this.past = past;
        random = PriceRandom.For(seed, symbol);
        price = (double)startPrice;
        this.firstDay = nextDay = firstDay;
    }

    /// <summary>The bars of a day; none for a day before the first of its past, or one without trading.</summary>
    public IReadOnlyList<MinuteBar> Day(DateOnly day)
    {
        if (!MarketMoment.IsTradingDay(day))
            return [];
        if (day < firstDay)
            return past?.Day(day) ?? [];
        for (; nextDay <= day; nextDay = MarketMoment.NextTradingDay(nextDay))
            days[nextDay] = Walk(nextDay);
        return days[day];
    }

    private MinuteBar[] Walk(DateOnly day)
    {
        if (day > firstDay)
            price = Floor(price * (1 + 0.003 * random.Normal()));
        var bars = new MinuteBar[MarketMoment.BarsPerDay];
        for (var bar = 0; bar < bars.Length; bar++)
            bars[bar] = Walk(day, bar);
        return bars;
    }

    private MinuteBar Walk(DateOnly day, int bar)
    {
        if (barsLeftInRegime-- <= 0)
            ChangeRegime();
        Span<decimal> prices = stackalloc decimal[StepsPerBar];
        for (var step = 0; step < StepsPerBar; step++)
        {
            price = Floor(price * (1 + (drift + volatility * random.Normal()) / StepsPerBar));
            prices[step] = decimal.Round((decimal)price, 2);
        }
        decimal high = prices[0],
            low = prices[0],
            sum = 0;
        foreach (var p in prices)
        {
            high = Math.Max(high, p);
            low = Math.Min(low, p);
            sum += p;
        }
        // The first and the last hour of a real day are busy.
        var volume = random.Between(8_000, 24_000) * (bar is < 60 or >= 330 ? 3 : 1);
        return new MinuteBar(
            MarketMoment.StartOfBar(day, bar),
            prices[0],
            high,
            low,
            prices[^1],
            volume,
            volume / 90,
            decimal.Round(sum / StepsPerBar, 6)
        );
    }

    private void ChangeRegime()
    {
        barsLeftInRegime = random.Between(20, 60);
        drift = random.Between(-1, 1) * 0.0005;
        volatility = 0.0003 + 0.0006 * random.Uniform();
    }

    // Below a dollar, prices have four decimals and other rules, which are not simulated.
    private static double Floor(double value) => Math.Max(value, 2.0);
}
