namespace Strongroom.Testing;

/// <summary>An order of the paper broker's book as it stood when asked.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="Id">The broker's own id.</param>
/// <param name="ClientOrderId">The client's id, unique in the account.</param>
/// <param name="KeyId">The key pair that sent it.</param>
/// <param name="Symbol">What is traded.</param>
/// <param name="Side">buy or sell.</param>
/// <param name="Type">market, limit, stop or stop_limit.</param>
/// <param name="TimeInForce">day, gtc, ioc or fok.</param>
/// <param name="Quantity">Shares; null for an order of dollars that has not filled.</param>
/// <param name="Notional">Dollars, where the order is of dollars.</param>
/// <param name="LimitPrice">The limit, where there is one.</param>
/// <param name="StopPrice">The stop, where there is one.</param>
/// <param name="Status">Alpaca's word: accepted, new, partially_filled, filled, canceled, expired.</param>
/// <param name="FilledQuantity">Shares filled so far.</param>
/// <param name="FilledAveragePrice">Their average price.</param>
/// <param name="SubmittedAt">Broker time.</param>
/// <param name="FilledAt">Broker time of the last fill, once whole.</param>
/// <param name="CanceledAt">Broker time.</param>
public sealed record PaperOrder(
    string Account,
    Guid Id,
    string ClientOrderId,
    string KeyId,
    string Symbol,
    string Side,
    string Type,
    string TimeInForce,
    decimal? Quantity,
    decimal? Notional,
    decimal? LimitPrice,
    decimal? StopPrice,
    string Status,
    decimal FilledQuantity,
    decimal? FilledAveragePrice,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? FilledAt,
    DateTimeOffset? CanceledAt
)
{
    /// <summary>Whether it can still fill or be cancelled.</summary>
    public bool IsOpen => Status is "accepted" or "new" or "partially_filled";
}
