namespace Strongroom.Testing;

/// <summary><c>GET /v2/clock</c>.</summary>
internal sealed record ClockJson(string Timestamp, bool IsOpen, string NextOpen, string NextClose)
{
    public static ClockJson From(MarketMoment moment) =>
        new(Wire.Local(moment.Now), moment.IsOpen, Wire.Local(moment.NextOpen), Wire.Local(moment.NextClose));
}
