namespace Strongroom.Testing;

/// <summary>What one bar does to one order.</summary>
internal static class Matching
{
    /// <summary>The quantity and price at which the bar fills the order, or none.</summary>
    public static (decimal Quantity, decimal Price)? Fill(BrokerOrder order, MinuteBar bar, decimal? shareOfVolume)
    {
        if (Price(order, bar) is not { } price)
            return null;
        order.SettleQuantity(price);
        var most = shareOfVolume is { } share ? decimal.Truncate(bar.Volume * share) : decimal.MaxValue;
        var quantity = Math.Min(order.Remaining, most);
        if (quantity <= 0 || (order.Request.TimeInForce == "fok" && quantity < order.Remaining))
            return null;
        return (quantity, price);
    }

    private static decimal? Price(BrokerOrder order, MinuteBar bar)
    {
        var price = bar.Open;
        if (!order.Triggered)
        {
            var stop = order.Request.StopPrice!.Value;
            if (order.IsBuy ? bar.High < stop : bar.Low > stop)
                return null;
            order.Triggered = true;
            price = order.IsBuy ? Math.Max(bar.Open, stop) : Math.Min(bar.Open, stop);
        }
        if (order.Request.LimitPrice is not { } limit)
            return price;
        // A limit better than the price is filled at the price.
        if (order.IsBuy)
            return bar.Low <= limit ? Math.Min(price, limit) : null;
        return bar.High >= limit ? Math.Max(price, limit) : null;
    }
}
