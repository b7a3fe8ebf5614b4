namespace Strongroom.Testing;

/// <summary>Whether an account may place an order now, in the sequence in which Alpaca refuses.</summary>
internal static class OrderRules
{
    public static void Check(BrokerOrder order, BrokerAccount account, AccountValue value, decimal lastPrice, bool allowShorting)
    {
        CheckWashTrade(order, account);
        var held = account.Quantity(order.Symbol);
        if (order.IsBuy ? held < 0 : held > 0)
            CheckClosing(order, account, held);
        else
            CheckOpening(order, value, lastPrice, allowShorting);
    }

    private static void CheckWashTrade(BrokerOrder order, BrokerAccount account)
    {
        var opposite = account.OpenOrders.FirstOrDefault(o =>
            o.Symbol == order.Symbol && o.IsBuy != order.IsBuy && Crosses(o, order)
        );
        if (opposite is not null)
            throw Refusal.Forbidden(
                "potential wash trade detected. use complex orders",
                ("existing_order_id", opposite.Id.ToString()),
                ("reject_reason", $"opposite side {opposite.Request.Type} order exists")
            );
    }

    private static bool Crosses(BrokerOrder one, BrokerOrder other)
    {
        var (buy, sell) = one.IsBuy ? (one, other) : (other, one);
        return buy.Request.LimitPrice is not { } bid || sell.Request.LimitPrice is not { } ask || bid >= ask;
    }

    // One order cannot turn a position round: what is over the position is refused, not opened on the other side.
    private static void CheckClosing(BrokerOrder order, BrokerAccount account, decimal held)
    {
        var available = account.Available(order.Symbol);
        if (order.Quantity is { } wanted && wanted > available)
            throw Refusal.Forbidden(
                $"insufficient qty available for order (requested: {Wire.Text(wanted)}, available: {Wire.Text(available)})",
                ("available", Wire.Text(available)),
                ("existing_qty", Wire.Text(Math.Abs(held))),
                ("held_for_orders", Wire.Text(Math.Abs(held) - available)),
                ("symbol", order.Symbol)
            );
    }

    private static void CheckOpening(BrokerOrder order, AccountValue value, decimal lastPrice, bool allowShorting)
    {
        if (!order.IsBuy && !allowShorting)
            throw Refusal.Forbidden("account is not allowed to short");
        if (!order.IsBuy && (order.Quantity is not { } quantity || quantity != decimal.Truncate(quantity)))
            throw Refusal.Unprocessable("fractional orders cannot be sold short");
        var cost = AccountValue.Cost(order, 0, lastPrice);
        if (cost > value.BuyingPower)
            throw Refusal.Forbidden(
                "insufficient buying power",
                ("buying_power", Wire.Money(value.BuyingPower)),
                ("cost_basis", Wire.Money(cost))
            );
    }
}
