namespace Trading.ServiceDefaults;

/// <summary>The platform's settings, read from environment variables or appsettings under the names in brackets.</summary>
public sealed record TradingSettings
{
    /// <summary>[ALPACA_BASE_URL] The broker's trading API; null where it is not set.</summary>
    public Uri? BrokerUrl { get; init; }

    /// <summary>[ALPACA_DATA_URL] The broker's data API. Default: <see cref="BrokerUrl"/>.</summary>
    public Uri? DataUrl { get; init; }

    /// <summary>
    /// [TRADING_MODE] <c>paper</c> or <c>live</c>; the live broker is refused without <c>live</c>. Default: paper.
    /// </summary>
    public TradingMode Mode { get; init; } = TradingMode.Paper;

    /// <summary>[TRADING_ON_BUDGET_END] What becomes of working orders when 5 minutes of the outage budget are left:
    /// <c>cancel</c> or <c>keep</c>. Default: cancel in local and test; elsewhere a service that takes orders must be
    /// told.</summary>
    public BudgetEnd? OnBudgetEnd { get; init; }

    /// <summary>[DRY_RUN] Records orders and sends none. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>[STRATEGY_ID] Names the strategy in orders and records. Default: <c>momentum</c>.</summary>
    public string StrategyId { get; init; } = "momentum";

    /// <summary>[REDIS_URL] The Redis server for the credential breaker's notifications; null: the database only.</summary>
    public RedisAddress? Redis { get; init; }
}

/// <summary>Whether real money is traded.</summary>
public enum TradingMode
{
    /// <summary>Paper money.</summary>
    Paper,

    /// <summary>Real money.</summary>
    Live,
}

/// <summary>What becomes of working orders when the outage budget ends.</summary>
public enum BudgetEnd
{
    /// <summary>They are cancelled while a credential still exists.</summary>
    Cancel,

    /// <summary>They are left with the broker.</summary>
    Keep,
}
