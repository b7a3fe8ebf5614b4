using Trading.Contracts;

namespace ExecutionGateway.Broker;

/// <summary>An order on the broker's book, in our words.</summary>
internal sealed record BrokerOrder(string Id, OrderState State, decimal FilledQuantity, decimal? FilledAveragePrice)
{
    public static BrokerOrder From(AlpacaOrder order) =>
        new(order.Id, StateOf(order.Status), order.FilledQty ?? 0, order.FilledAvgPrice);

    // What Alpaca may add tomorrow counts as working: it is looked at again until it says something that is known.
    private static OrderState StateOf(string status) => status switch
    {
        "filled" => OrderState.Filled,
        "partially_filled" => OrderState.PartiallyFilled,
        "canceled" or "replaced" => OrderState.Cancelled,
        "expired" or "done_for_day" => OrderState.Expired,
        "rejected" => OrderState.Rejected,
        _ => OrderState.Working,
    };
}
