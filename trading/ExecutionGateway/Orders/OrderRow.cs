using Trading.Contracts;

namespace ExecutionGateway.Orders;

/// <summary>An order with the broker's own id, which stays inside.</summary>
internal sealed record OrderRow(OrderReport Report, string? BrokerOrderId);

/// <summary>What became of an order: one inserted row. The last one is where it stands.</summary>
/// <param name="OpensRisk">What was decided before the next attempt; null where nothing new was.</param>
internal sealed record OrderEvent(
    OrderState State,
    string? BrokerOrderId,
    decimal FilledQuantity,
    decimal? FilledAveragePrice,
    string? Reason,
    bool? OpensRisk = null
);
