namespace Strongroom.Testing;

/// <summary>An order as every order route sends it.</summary>
internal sealed record OrderJson(
    Guid Id,
    string ClientOrderId,
    string CreatedAt,
    string UpdatedAt,
    string SubmittedAt,
    string? FilledAt,
    string? ExpiredAt,
    string? CanceledAt,
    string? FailedAt,
    string? ReplacedAt,
    Guid? ReplacedBy,
    Guid? Replaces,
    Guid AssetId,
    string Symbol,
    string AssetClass,
    string? Notional,
    string? Qty,
    string FilledQty,
    string? FilledAvgPrice,
    string OrderClass,
    string OrderType,
    string Type,
    string Side,
    string PositionIntent,
    string TimeInForce,
    string? LimitPrice,
    string? StopPrice,
    string Status,
    bool ExtendedHours,
    IReadOnlyList<OrderJson>? Legs,
    string? TrailPercent,
    string? TrailPrice,
    string? Hwm,
    string? Subtag,
    string? Source
)
{
    public static OrderJson From(BrokerOrder order)
    {
        var request = order.Request;
        var submitted = Wire.Utc(order.SubmittedAt);
        return new OrderJson(
            order.Id,
            order.ClientOrderId,
            submitted,
            Wire.Utc(order.UpdatedAt),
            submitted,
            Wire.Utc(order.FilledAt),
            Wire.Utc(order.ExpiredAt),
            Wire.Utc(order.CanceledAt),
            FailedAt: null,
            ReplacedAt: null,
            ReplacedBy: null,
            Replaces: null,
            AssetJson.IdOf(order.Symbol),
            order.Symbol,
            AssetJson.UsEquity,
            Wire.Text(request.Notional),
            Wire.Text(order.Quantity),
            Wire.Text(order.FilledQuantity),
            Wire.Text(order.FilledAveragePrice),
            "simple",
            request.Type,
            request.Type,
            request.Side,
            $"{request.Side}_to_{(order.Closes ? "close" : "open")}",
            request.TimeInForce,
            Wire.Text(request.LimitPrice),
            Wire.Text(request.StopPrice),
            order.Status,
            request.ExtendedHours,
            Legs: null,
            TrailPercent: null,
            TrailPrice: null,
            Hwm: null,
            Subtag: null,
            Source: null
        );
    }
}

/// <summary>One line of the answer to <c>DELETE /v2/orders</c>.</summary>
internal sealed record CanceledOrderJson(Guid Id, int Status);
