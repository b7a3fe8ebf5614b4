using Trading.ServiceDefaults;

namespace MarketDataService;

/// <summary>The service's settings; the names in brackets are those of environment variables and appsettings.</summary>
internal sealed record MarketDataOptions
{
    /// <summary>[BARS_LOOKBACK_DAYS] How far back bars are looked for; long weekends need four. Default 7.</summary>
    public int LookbackDays { get; init; } = 7;

    /// <summary>[CLOCK_MAX_AGE_MS] How long a response of the broker's clock is reused. The orchestrator asks ten times a
    /// second, and a broker allows about two hundred requests a minute. Default 500; 0 asks each time.</summary>
    public TimeSpan ClockMaxAge { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>[ALPACA_DATA_FEED] <c>iex</c>, <c>sip</c> or <c>delayed_sip</c>. Default: the account's own.</summary>
    public string Feed { get; init; } = "";

    public static MarketDataOptions Read(SettingsReader settings) =>
        new()
        {
            LookbackDays = settings.Integer("BARS_LOOKBACK_DAYS", 7, 4, 30),
            ClockMaxAge = TimeSpan.FromMilliseconds(settings.Integer("CLOCK_MAX_AGE_MS", 500, 0, 10_000)),
            Feed = settings.OneOf("ALPACA_DATA_FEED", "", ["", "iex", "sip", "delayed_sip"]),
        };
}
