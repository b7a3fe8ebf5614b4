using Microsoft.Extensions.DependencyInjection;

namespace RiskManager.Rules;

internal static class OpeningRules
{
    /// <summary>Every rule. The order decides only which of two equally tight ones is named: the more telling first.</summary>
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
