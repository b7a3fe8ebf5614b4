using Trading.Contracts;

namespace ExecutionGateway.Orders;

/// <summary>Whether an order opens risk, which depends on the position, not on the side.</summary>
internal static class PositionRisk
{
    /// <summary>False only where the whole order makes the position smaller, even after all working orders are filled.</summary>
    public static bool Opens(SubmitOrder order, decimal held, IEnumerable<OrderReport> working)
    {
        var direction = order.Side == OrderSide.Buy ? 1 : -1;
        if (Math.Sign(held) != -direction)
            return true;
        var onTheirWay = working
            .Where(other => other.Symbol == order.Symbol && Math.Sign(other.SignedRemaining) == direction)
            .Sum(other => Math.Abs(other.SignedRemaining));
        return order.Quantity + onTheirWay > Math.Abs(held);
    }
}
