using System.Text.Json.Serialization;

namespace Trading.Contracts;

/// <summary>The answer to <c>GET /account</c>.</summary>
/// <param name="LastEquity">Equity at the previous close: the day's loss is measured from it.</param>
/// <param name="Allowed">What the gateway may send now.</param>
public sealed record AccountReport(decimal Equity, decimal LastEquity, decimal Cash, decimal BuyingPower, AllowedOrders Allowed);

/// <summary>One position.</summary>
/// <param name="Quantity">Shares; negative is short.</param>
public sealed record Position(string Symbol, decimal Quantity, decimal AverageEntryPrice, decimal Price);

/// <summary>The answer to <c>GET /positions</c>.</summary>
public sealed record PositionsAnswer(IReadOnlyList<Position> Positions);

/// <summary>What may be sent to the broker.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AllowedOrders>))]
public enum AllowedOrders
{
    /// <summary>Every order.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>No order that opens risk, until the credential is well again.</summary>
    [JsonStringEnumMemberName("reduce_only")]
    ReduceOnly,

    /// <summary>No order that opens risk, until an operator clears the breaker.</summary>
    [JsonStringEnumMemberName("halted")]
    Halted,
}
