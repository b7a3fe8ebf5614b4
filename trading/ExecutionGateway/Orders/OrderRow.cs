using Trading.Contracts;

namespace ExecutionGateway.Orders;

/// <summary>An order with the broker's own id, which is not exposed.</summary>
internal sealed record OrderRow(OrderReport Report, string? BrokerOrderId);

/// <summary>One event of an order, stored as one row. The last event is the order's state.</summary>
/// <param name="OpensRisk">The decision before the next attempt; null where it did not change.</param>
internal sealed record OrderEvent(
    OrderState State,
    string? BrokerOrderId,
    decimal FilledQuantity,
    decimal? FilledAveragePrice,
    string? Reason,
    bool? OpensRisk = null
);
