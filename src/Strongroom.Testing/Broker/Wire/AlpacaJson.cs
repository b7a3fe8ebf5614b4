using System.Text.Json.Serialization;

namespace Strongroom.Testing;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AccountJson))]
[JsonSerializable(typeof(ClockJson))]
[JsonSerializable(typeof(IReadOnlyList<AssetJson>))]
[JsonSerializable(typeof(IReadOnlyList<OrderJson>))]
[JsonSerializable(typeof(IReadOnlyList<PositionJson>))]
[JsonSerializable(typeof(IReadOnlyList<CanceledOrderJson>))]
[JsonSerializable(typeof(IReadOnlyList<ClosedPositionJson>))]
[JsonSerializable(typeof(SymbolBarsJson))]
[JsonSerializable(typeof(BarsJson))]
[JsonSerializable(typeof(LatestBarJson))]
[JsonSerializable(typeof(LatestBarsJson))]
[JsonSerializable(typeof(LatestQuoteJson))]
[JsonSerializable(typeof(LatestQuotesJson))]
[JsonSerializable(typeof(LatestTradeJson))]
[JsonSerializable(typeof(LatestTradesJson))]
internal sealed partial class AlpacaJson : JsonSerializerContext;
