using Trading.ServiceDefaults;

namespace RiskManager;

/// <summary>
/// The limits; the names in brackets are those of environment variables and appsettings. Weights are shares of equity.
/// </summary>
internal sealed record RiskOptions
{
    /// <summary>
    /// [MAX_BAR_AGE_MINUTES] Nothing is opened on a price older than this in the broker's time; what reduces passes. Default 5.
    /// </summary>
    public int MaxBarAgeMinutes { get; init; } = 5;

    /// <summary>[MAX_POSITION_WEIGHT] The most in one symbol. Default 0.15.</summary>
    public decimal MaxPositionWeight { get; init; } = 0.15m;

    /// <summary>[MAX_GROSS_WEIGHT] The most in all symbols, long and short added up. Default 0.8.</summary>
    public decimal MaxGrossWeight { get; init; } = 0.8m;

    /// <summary>[MAX_ORDER_NOTIONAL] The most in one order, in dollars. Default 10,000.</summary>
    public decimal MaxOrderNotional { get; init; } = 10_000m;

    /// <summary>[MAX_DAILY_LOSS] From this loss since the previous close on, nothing is opened. Default 0.02.</summary>
    public decimal MaxDailyLoss { get; init; } = 0.02m;

    /// <summary>[REBALANCE_BAND] A position this near to its target is left alone. Default 0.02.</summary>
    public decimal RebalanceBand { get; init; } = 0.02m;

    /// <summary>[ENTRY_OFFSET] How much better than the last price an entry's limit is. Default 0.0003.</summary>
    public decimal EntryOffset { get; init; } = 0.0003m;

    /// <summary>[MAX_ORDER_CYCLES] A working order is cancelled after so many cycles. Default 2.</summary>
    public int MaxOrderCycles { get; init; } = 2;

    /// <summary>[ALLOW_SHORT] Whether a position may be negative. Default true.</summary>
    public bool AllowShort { get; init; } = true;

    public static RiskOptions Read(SettingsReader settings)
    {
        var defaults = new RiskOptions();
        var options = new RiskOptions
        {
            MaxBarAgeMinutes = settings.Integer("MAX_BAR_AGE_MINUTES", defaults.MaxBarAgeMinutes, 1, 60),
            MaxPositionWeight = settings.Number("MAX_POSITION_WEIGHT", defaults.MaxPositionWeight, 0, 1),
            MaxGrossWeight = settings.Number("MAX_GROSS_WEIGHT", defaults.MaxGrossWeight, 0, 4),
            MaxOrderNotional = settings.Number("MAX_ORDER_NOTIONAL", defaults.MaxOrderNotional, 1, 100_000_000),
            MaxDailyLoss = settings.Number("MAX_DAILY_LOSS", defaults.MaxDailyLoss, 0.0001m, 1),
            RebalanceBand = settings.Number("REBALANCE_BAND", defaults.RebalanceBand, 0, 0.5m),
            EntryOffset = settings.Number("ENTRY_OFFSET", defaults.EntryOffset, 0, 0.05m),
            MaxOrderCycles = settings.Integer("MAX_ORDER_CYCLES", defaults.MaxOrderCycles, 1, 1_000),
            AllowShort = settings.Switch("ALLOW_SHORT", defaults.AllowShort),
        };
        settings.Require(
            options.MaxPositionWeight <= options.MaxGrossWeight,
            "MAX_POSITION_WEIGHT is above MAX_GROSS_WEIGHT, so it would never be reached. Lower the first or raise the second."
        );
        return options;
    }
}
