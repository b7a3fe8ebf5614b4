using Microsoft.Extensions.DependencyInjection;

namespace RiskManager.Rules;

internal static class OpeningRules
{
    /// <summary>Every rule. The order only decides which of two equally tight rules is named: the more specific first.</summary>
    public static IServiceCollection AddOpeningRules(this IServiceCollection services) =>
        services
            .AddSingleton<IOpeningRule, TradingHalted>()
            .AddSingleton<IOpeningRule, DailyLoss>()
            .AddSingleton<IOpeningRule, NoShort>()
            .AddSingleton<IOpeningRule, PositionLimit>()
            .AddSingleton<IOpeningRule, GrossLimit>()
            .AddSingleton<IOpeningRule, OrderLimit>()
            .AddSingleton<IOpeningRule, BuyingPower>();
}
