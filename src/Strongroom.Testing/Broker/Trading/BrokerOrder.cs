namespace Strongroom.Testing;

/// <summary>One order on the book. Changed only under the exchange's lock; what leaves is a <see cref="PaperOrder"/>.</summary>
internal sealed class BrokerOrder(
    OrderRequest request,
    string clientOrderId,
    string keyId,
    decimal heldBefore,
    DateTimeOffset submittedAt
)
{
    public Guid Id { get; } = Guid.NewGuid();

    public OrderRequest Request => request;

    public string ClientOrderId => clientOrderId;

    public string KeyId => keyId;

    public string Symbol => request.Symbol;

    public bool IsBuy => request.Side == "buy";

    /// <summary>Whether it was placed to make a position smaller.</summary>
    public bool Closes { get; } = request.Side == "buy" ? heldBefore < 0 : heldBefore > 0;

    public DateTimeOffset SubmittedAt { get; } = submittedAt;

    public DateTimeOffset UpdatedAt { get; private set; } = submittedAt;

    public DateTimeOffset? FilledAt { get; private set; }

    public DateTimeOffset? CanceledAt { get; private set; }

    public DateTimeOffset? ExpiredAt { get; private set; }

    public string Status { get; private set; } = "accepted";

    public decimal FilledQuantity { get; private set; }

    public decimal? FilledAveragePrice { get; private set; }

    /// <summary>Shares ordered; for an order of dollars, known once it fills.</summary>
    public decimal? Quantity { get; private set; } = request.Quantity;

    /// <summary>A stop order waits for its price, then becomes a market or limit order.</summary>
    public bool Triggered { get; set; } = request.Type is "market" or "limit";

    public bool IsOpen => Status is "accepted" or "new" or "partially_filled";

    public decimal Remaining => (Quantity ?? 0) - FilledQuantity;

    public void SettleQuantity(decimal price) =>
        Quantity ??= decimal.Round(request.Notional!.Value / price, 9, MidpointRounding.ToZero);

    public void Open() => Status = Status == "accepted" ? "new" : Status;

    public void Fill(decimal quantity, decimal price, DateTimeOffset at)
    {
        FilledAveragePrice = ((FilledAveragePrice ?? 0) * FilledQuantity + price * quantity) / (FilledQuantity + quantity);
        FilledQuantity += quantity;
        UpdatedAt = at;
        Status = Remaining > 0 ? "partially_filled" : "filled";
        if (Remaining == 0)
            FilledAt = at;
    }

    public void Cancel(DateTimeOffset at)
    {
        Status = "canceled";
        CanceledAt = UpdatedAt = at;
    }

    public void Expire(DateTimeOffset at)
    {
        Status = "expired";
        ExpiredAt = UpdatedAt = at;
    }

    public PaperOrder Snapshot(string account) =>
        new(
            account,
            Id,
            ClientOrderId,
            KeyId,
            Symbol,
            request.Side,
            request.Type,
            request.TimeInForce,
            Quantity,
            request.Notional,
            request.LimitPrice,
            request.StopPrice,
            Status,
            FilledQuantity,
            FilledAveragePrice,
            SubmittedAt,
            FilledAt,
            CanceledAt
        );
}
