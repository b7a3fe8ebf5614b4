namespace Strongroom.Testing;

/// <summary>What a symbol did in one minute, or in several when bars are folded.</summary>
/// <param name="Start">The first instant of the bar.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Shares traded.</param>
/// <param name="TradeCount">Trades.</param>
/// <param name="VolumeWeightedPrice">Average price, weighted by volume.</param>
public sealed record MinuteBar(
    DateTimeOffset Start,
    decimal Open,
    decimal High,
    decimal Low,
    decimal Close,
    long Volume,
    long TradeCount,
    decimal VolumeWeightedPrice
)
{
    internal static MinuteBar Fold(DateTimeOffset start, IReadOnlyList<MinuteBar> bars)
    {
        var volume = bars.Sum(b => b.Volume);
        var value = bars.Sum(b => b.VolumeWeightedPrice * b.Volume);
        return new MinuteBar(
            start,
            bars[0].Open,
            bars.Max(b => b.High),
            bars.Min(b => b.Low),
            bars[^1].Close,
            volume,
            bars.Sum(b => b.TradeCount),
            volume == 0 ? bars[^1].Close : decimal.Round(value / volume, 6)
        );
    }
}
