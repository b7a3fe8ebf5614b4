using Microsoft.Extensions.Configuration;
using Strongroom;

namespace Trading.ServiceDefaults;

/// <summary>Reads <see cref="TradingSettings"/> and collects every fault. A fault never quotes the value.</summary>
internal static class TradingSettingsReader
{
    private const int MaxStrategyLength = 64;

    internal static TradingSettings Read(IConfiguration configuration, DeploymentEnvironment environment, List<string> faults)
    {
        var mode = OneOf(
            configuration,
            "TRADING_MODE",
            TradingMode.Paper,
            faults,
            ("paper", TradingMode.Paper),
            ("live", TradingMode.Live)
        );
        // An invalid mode contradicts no address.
        TradingMode? stated = faults.Count == 0 ? mode : null;
        var broker = BrokerAddress.Read(configuration, "ALPACA_BASE_URL", stated, environment, faults);
        BudgetEnd? unset = environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test ? BudgetEnd.Cancel : null;
        return new TradingSettings
        {
            BrokerUrl = broker,
            DataUrl = BrokerAddress.Read(configuration, "ALPACA_DATA_URL", stated, environment, faults) ?? broker,
            Mode = mode,
            OnBudgetEnd = OneOf(
                configuration,
                "TRADING_ON_BUDGET_END",
                unset,
                faults,
                ("cancel", BudgetEnd.Cancel),
                ("keep", BudgetEnd.Keep)
            ),
            DryRun = OneOf(configuration, "DRY_RUN", false, faults, ("true", true), ("false", false), ("1", true), ("0", false)),
            StrategyId = ReadStrategy(configuration, faults),
            Redis = configuration["REDIS_URL"] is { Length: > 0 } redis ? RedisAddress.Read(redis, environment, faults) : null,
        };
    }

    private static T OneOf<T>(
        IConfiguration configuration,
        string setting,
        T unset,
        List<string> faults,
        params ReadOnlySpan<(string Word, T Meaning)> allowed
    )
    {
        if (configuration[setting] is not { Length: > 0 } text)
            return unset;
        var words = new List<string>(allowed.Length);
        foreach (var (word, meaning) in allowed)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
                return meaning;
            words.Add(word);
        }
        faults.Add($"{setting} is one of {string.Join(", ", words)}.");
        return unset;
    }

    private static string ReadStrategy(IConfiguration configuration, List<string> faults)
    {
        if (configuration["STRATEGY_ID"] is not { Length: > 0 } text)
            return "momentum";
        if (text.Length <= MaxStrategyLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            return text;
        faults.Add($"STRATEGY_ID is letters, digits, '-', '_' and '.', at most {MaxStrategyLength}.");
        return "momentum";
    }
}
