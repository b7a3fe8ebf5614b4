using Trading.ServiceDefaults;

namespace SignalService.Model;

/// <summary>The model's settings; the names in brackets are those of environment variables and appsettings.</summary>
internal sealed record MomentumOptions
{
    /// <summary>[MOMENTUM_BARS] Minutes that the move is measured over. Default 30.</summary>
    public int MomentumBars { get; init; } = 30;

    /// <summary>[VOLATILITY_BARS] Minutes that the noise is measured over. Default 60.</summary>
    public int VolatilityBars { get; init; } = 60;

    /// <summary>[SIGNAL_THRESHOLD] Weaker than this is flat. Default 0.25.</summary>
    public decimal Threshold { get; init; } = 0.25m;

    /// <summary>
    /// [SIGNAL_MAX_WEIGHT] The share of equity that full conviction asks for; risk has a limit of its own. Default 0.25.
    /// </summary>
    public decimal MaxWeight { get; init; } = 0.25m;

    /// <summary>[TARGET_VOLATILITY] The noise of one minute above which a weight is scaled down. Default 0.0004.</summary>
    public decimal TargetVolatility { get; init; } = 0.0004m;

    public static MomentumOptions Read(SettingsReader settings)
    {
        var defaults = new MomentumOptions();
        return new MomentumOptions
        {
            MomentumBars = settings.Integer("MOMENTUM_BARS", defaults.MomentumBars, 2, 390),
            VolatilityBars = settings.Integer("VOLATILITY_BARS", defaults.VolatilityBars, 10, 390),
            Threshold = settings.Number("SIGNAL_THRESHOLD", defaults.Threshold, 0, 1),
            MaxWeight = settings.Number("SIGNAL_MAX_WEIGHT", defaults.MaxWeight, 0.01m, 1),
            TargetVolatility = settings.Number("TARGET_VOLATILITY", defaults.TargetVolatility, 0.00001m, 0.1m),
        };
    }
}
