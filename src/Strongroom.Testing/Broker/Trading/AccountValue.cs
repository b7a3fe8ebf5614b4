namespace Strongroom.Testing;

/// <summary>What an account is worth at the latest prices, and what it may still buy.</summary>
internal readonly record struct AccountValue(decimal Cash, decimal Long, decimal Short, decimal Reserved, decimal Multiplier)
{
    public decimal Equity => Cash + Long + Short;

    public decimal Gross => Long - Short;

    public decimal BuyingPower => Math.Max(0, Multiplier * Equity - Gross - Reserved);

    public decimal InitialMargin => Gross / Multiplier;

    public decimal MaintenanceMargin => Gross * 0.3m;

    public static AccountValue Of(BrokerAccount account, Func<string, decimal> price, decimal multiplier)
    {
        decimal bought = 0,
            sold = 0;
        foreach (var (symbol, holding) in account.Holdings)
        {
            var value = holding.Quantity * price(symbol);
            if (value >= 0)
                bought += value;
            else
                sold += value;
        }
        var reserved = account.OpenOrders.Sum(o => Cost(o, account.Quantity(o.Symbol), price(o.Symbol)));
        return new AccountValue(account.Cash, bought, sold, reserved, multiplier);
    }

    /// <summary>What an order ties up: nothing where it only closes a position.</summary>
    public static decimal Cost(BrokerOrder order, decimal held, decimal lastPrice)
    {
        if (order.IsBuy ? held < 0 : held > 0)
            return 0;
        var request = order.Request;
        if (order.Quantity is null)
            return request.Notional ?? 0;
        var price = request.LimitPrice ?? request.StopPrice ?? lastPrice;
        // A short sale is reckoned above the market, for it costs more when the price rises.
        return order.Remaining * (order.IsBuy ? price : Math.Max(price, lastPrice * 1.03m));
    }
}
