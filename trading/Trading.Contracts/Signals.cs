using System.Text.Json.Serialization;

namespace Trading.Contracts;

/// <summary><c>POST /signals</c>. The same run and cycle again gets the same signals.</summary>
public sealed record SignalRequest(Guid RunId, int Cycle, DateTimeOffset AsOf, IReadOnlyList<string> Symbols);

/// <summary>The model's opinion of one symbol.</summary>
/// <param name="Strength">-1 (surely down) to 1 (surely up).</param>
/// <param name="TargetWeight">The share of equity to hold; negative is short.</param>
/// <param name="Price">The close that it was computed from.</param>
/// <param name="BarTime">When that bar was complete.</param>
public sealed record Signal(
    string Symbol,
    SignalDirection Direction,
    decimal Strength,
    decimal TargetWeight,
    decimal Price,
    DateTimeOffset BarTime
);

/// <summary>The answer to <c>POST /signals</c>. A symbol without enough bars has no signal.</summary>
public sealed record SignalsAnswer(Guid RunId, int Cycle, IReadOnlyList<Signal> Signals);

/// <summary>Where a symbol is going.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SignalDirection>))]
public enum SignalDirection
{
    /// <summary>Nowhere that is worth an order.</summary>
    [JsonStringEnumMemberName("flat")]
    Flat,

    /// <summary>Up.</summary>
    [JsonStringEnumMemberName("long")]
    Long,

    /// <summary>Down.</summary>
    [JsonStringEnumMemberName("short")]
    Short,
}
