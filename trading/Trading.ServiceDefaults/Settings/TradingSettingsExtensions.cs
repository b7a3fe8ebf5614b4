using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.AspNetCore;

namespace Trading.ServiceDefaults;

internal static class TradingSettingsExtensions
{
    internal static void AddTradingSettings(this WebApplicationBuilder builder, StartChecks checks)
    {
        builder.Services.AddSingleton(services =>
        {
            var faults = new List<string>();
            var settings = TradingSettingsReader.Read(
                builder.Configuration,
                services.GetRequiredService<StrongroomWebOptions>().DecidedEnvironment,
                faults
            );
            return faults.Count == 0 ? settings : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
        });
        checks.Add(FindFaults);
    }

    private static IEnumerable<string> FindFaults(IServiceProvider services)
    {
        try
        {
            var settings = services.GetRequiredService<TradingSettings>();
            var takesOrders = services
                .GetRequiredService<SecretDeclaration>()
                .Bundles.Any(bundle => bundle.OnLoss == LossEffect.Halt);
            return takesOrders && settings.OnBudgetEnd is null
                ?
                [
                    "TRADING_ON_BUDGET_END is not set. Say what becomes of working orders when the secrets' outage budget "
                        + "ends: cancel or keep.",
                ]
                : [];
        }
        catch (SecretConfigurationException e)
        {
            return e.Faults;
        }
    }
}
