using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trading.Contracts;

/// <summary>
/// The JSON form of the messages, generated at compile time. A missing field is an error, never zero, false or empty.
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
