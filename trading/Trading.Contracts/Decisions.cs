using System.Text.Json.Serialization;

namespace Trading.Contracts;

/// <summary><c>POST /decisions</c>. The same run and cycle again is the same decisions and the same orders.</summary>
public sealed record DecisionRequest(Guid RunId, int Cycle, DateTimeOffset AsOf, IReadOnlyList<Signal> Signals);

/// <summary>The decision on one signal.</summary>
/// <param name="Rule">The rule that cut or refused it; <see cref="RiskRule.None"/> where none did.</param>
/// <param name="WantedQuantity">Shares that the signal asked for, with sign.</param>
/// <param name="Quantity">Shares that are ordered, with sign; 0 where none are.</param>
/// <param name="OrderState">Where the order is; null where there is none.</param>
public sealed record Decision(
    string Symbol,
    Verdict Verdict,
    RiskRule Rule,
    string Reason,
    decimal WantedQuantity,
    decimal Quantity,
    decimal Price,
    bool OpensRisk,
    OrderKind? Kind,
    decimal? LimitPrice,
    string? ClientOrderId,
    OrderState? OrderState
);

/// <summary>An order that risk had cancelled, and why.</summary>
public sealed record CancelledOrder(string ClientOrderId, string Symbol, OrderState State, string Reason);

/// <summary>The answer to <c>POST /decisions</c>.</summary>
public sealed record DecisionsAnswer(
    Guid RunId,
    int Cycle,
    IReadOnlyList<Decision> Decisions,
    IReadOnlyList<CancelledOrder> Cancelled
);

/// <summary>The risk manager's verdict. Numbers are stored: never reuse one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>Ordered as wanted.</summary>
    [JsonStringEnumMemberName("approved")]
    Approved = 1,

    /// <summary>Ordered, less than wanted.</summary>
    [JsonStringEnumMemberName("resized")]
    Resized = 2,

    /// <summary>Not ordered.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused = 3,

    /// <summary>The position is as wanted already, or nearly.</summary>
    [JsonStringEnumMemberName("unchanged")]
    Unchanged = 4,
}

/// <summary>The rule behind a verdict. Numbers are stored: never reuse one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RiskRule>))]
public enum RiskRule
{
    /// <summary>No rule applied.</summary>
    [JsonStringEnumMemberName("none")]
    None = 0,

    /// <summary>The price is too old to trade on.</summary>
    [JsonStringEnumMemberName("stale_data")]
    StaleData = 1,

    /// <summary>The credential breaker is halted, or the credential's budget runs low.</summary>
    [JsonStringEnumMemberName("trading_halted")]
    TradingHalted = 2,

    /// <summary>Too much was lost today.</summary>
    [JsonStringEnumMemberName("daily_loss")]
    DailyLoss = 3,

    /// <summary>Too much in one symbol.</summary>
    [JsonStringEnumMemberName("position_limit")]
    PositionLimit = 4,

    /// <summary>Too much in one order.</summary>
    [JsonStringEnumMemberName("order_limit")]
    OrderLimit = 5,

    /// <summary>Too much in all.</summary>
    [JsonStringEnumMemberName("gross_limit")]
    GrossLimit = 6,

    /// <summary>Short positions are not allowed.</summary>
    [JsonStringEnumMemberName("no_short")]
    NoShort = 7,

    /// <summary>One order closes a position; reversing it takes a second one.</summary>
    [JsonStringEnumMemberName("close_first")]
    CloseFirst = 8,

    /// <summary>An order on the other side is not off the book yet.</summary>
    [JsonStringEnumMemberName("opposite_order")]
    OppositeOrder = 9,

    /// <summary>Not enough buying power.</summary>
    [JsonStringEnumMemberName("buying_power")]
    BuyingPower = 10,
}
