using System.Text.Json.Serialization;

namespace Trading.Contracts;

/// <summary><c>POST /orders</c>. The same client order id again is the same order: it is never at the broker twice.</summary>
public sealed record SubmitOrder(
    string ClientOrderId,
    Guid RunId,
    int Cycle,
    string Symbol,
    OrderSide Side,
    decimal Quantity,
    OrderKind Kind,
    decimal? LimitPrice
);

/// <summary>An order as the gateway knows it.</summary>
/// <param name="OpensRisk">Whether it made a position larger when it was sent; decided by the position, not by the side.</param>
/// <param name="Reason">Why it is in its state, where that needs a reason; never a remote's own text.</param>
public sealed record OrderReport(
    string ClientOrderId,
    Guid RunId,
    int Cycle,
    string Symbol,
    OrderSide Side,
    decimal Quantity,
    OrderKind Kind,
    decimal? LimitPrice,
    bool OpensRisk,
    OrderState State,
    decimal FilledQuantity,
    decimal? FilledAveragePrice,
    string? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt
)
{
    /// <summary>Whether it can still fill.</summary>
    [JsonIgnore]
    public bool IsWorking => State.IsWorking();

    /// <summary>Shares that may still be traded, with the sign of the side.</summary>
    [JsonIgnore]
    public decimal SignedRemaining => IsWorking ? (Side == OrderSide.Buy ? 1 : -1) * (Quantity - FilledQuantity) : 0;
}

/// <summary>The answer to <c>GET /orders?status=working</c>.</summary>
public sealed record OrdersAnswer(IReadOnlyList<OrderReport> Orders);

/// <summary>The direction of an order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderSide>))]
public enum OrderSide
{
    /// <summary>More shares.</summary>
    [JsonStringEnumMemberName("buy")]
    Buy = 1,

    /// <summary>Fewer shares.</summary>
    [JsonStringEnumMemberName("sell")]
    Sell = 2,
}

/// <summary>The price of an order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderKind>))]
public enum OrderKind
{
    /// <summary>At once.</summary>
    [JsonStringEnumMemberName("market")]
    Market = 1,

    /// <summary>At the limit or better.</summary>
    [JsonStringEnumMemberName("limit")]
    Limit = 2,
}

/// <summary>The state of an order. Numbers are stored: never reuse one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderState>))]
public enum OrderState
{
    /// <summary>Stored, not sent yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending = 1,

    /// <summary>Sent, but it is unknown whether it arrived. It counts as working until a look-up tells.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown = 2,

    /// <summary>On the broker's book.</summary>
    [JsonStringEnumMemberName("working")]
    Working = 3,

    /// <summary>On the book, partly traded.</summary>
    [JsonStringEnumMemberName("partially_filled")]
    PartiallyFilled = 4,

    /// <summary>Traded.</summary>
    [JsonStringEnumMemberName("filled")]
    Filled = 10,

    /// <summary>Cancelled.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled = 11,

    /// <summary>Off the book because its day is over.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired = 12,

    /// <summary>Rejected by the broker.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected = 13,

    /// <summary>Refused by the credential breaker before it was sent.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused = 14,

    /// <summary>It never arrived at the broker, and will not be sent again.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost = 15,

    /// <summary>Not sent because <c>DRY_RUN</c> is on.</summary>
    [JsonStringEnumMemberName("dry_run")]
    DryRun = 16,
}

/// <summary>Questions about <see cref="OrderState"/>.</summary>
public static class OrderStates
{
    /// <summary>Whether an order in this state can still fill.</summary>
    public static bool IsWorking(this OrderState state) =>
        state is OrderState.Pending or OrderState.Unknown or OrderState.Working or OrderState.PartiallyFilled;
}
