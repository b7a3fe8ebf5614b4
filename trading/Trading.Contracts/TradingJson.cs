using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trading.Contracts;

/// <summary>
/// How the messages look on the wire, made at compile time. What an answer lacks is never taken for zero, no or nothing held.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(BarsAnswer))]
[JsonSerializable(typeof(MarketClock))]
[JsonSerializable(typeof(SignalRequest))]
[JsonSerializable(typeof(SignalsAnswer))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(DecisionsAnswer))]
[JsonSerializable(typeof(SubmitOrder))]
[JsonSerializable(typeof(OrderReport))]
[JsonSerializable(typeof(OrdersAnswer))]
[JsonSerializable(typeof(AccountReport))]
[JsonSerializable(typeof(PositionsAnswer))]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(RunAccepted))]
[JsonSerializable(typeof(RunReport))]
public sealed partial class TradingJson : JsonSerializerContext;
