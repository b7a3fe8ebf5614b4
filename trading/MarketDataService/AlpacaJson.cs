using System.Text.Json.Serialization;

namespace MarketDataService;

/// <summary>A bar with Alpaca's one-letter names.</summary>
internal sealed record AlpacaBar(DateTimeOffset T, decimal O, decimal H, decimal L, decimal C, long V);

internal sealed record AlpacaBars(IReadOnlyList<AlpacaBar>? Bars);

internal sealed record AlpacaClock(DateTimeOffset Timestamp, bool IsOpen, DateTimeOffset NextOpen, DateTimeOffset NextClose);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(AlpacaBars))]
[JsonSerializable(typeof(AlpacaClock))]
internal sealed partial class AlpacaJson : JsonSerializerContext;
