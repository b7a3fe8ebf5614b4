using System.Text.Json;
using Trading.Contracts;

namespace ExecutionGateway.Broker;

/// <summary>An order on the broker's book, in the platform's terms.</summary>
internal sealed record BrokerOrder(string Id, OrderState State, decimal FilledQuantity, decimal? FilledAveragePrice)
{
    /// <exception cref="JsonException">It is not the order that was asked for.</exception>
    public static BrokerOrder From(AlpacaOrder order, string clientOrderId) =>
        order.Id.Length > 0 && order.ClientOrderId == clientOrderId
            ? new(order.Id, StateOf(order.Status), order.FilledQty, order.FilledAvgPrice)
            : throw new JsonException("The broker answered with another order than the one that was asked for.");

    // A state that Alpaca adds later counts as working: the order is looked up until its state is a known one.
    private static OrderState StateOf(string status) =>
        status switch
        {
            "filled" => OrderState.Filled,
            "partially_filled" => OrderState.PartiallyFilled,
            "canceled" or "replaced" => OrderState.Cancelled,
            "expired" or "done_for_day" => OrderState.Expired,
            "rejected" => OrderState.Rejected,
            _ => OrderState.Working,
        };
}
