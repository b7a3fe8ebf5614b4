using Microsoft.Extensions.Configuration;
using RiskManager;
using SignalService.Model;
using Strongroom;
using Trading.ServiceDefaults;

namespace Trading.Tests;

public class SettingsTests
{
    [Fact]
    public void Read_of_nothing_gives_the_defaults() =>
        Assert.Equal(new RiskOptions(), SettingsReader.Read(Configuration(), RiskOptions.Read));

    [Fact]
    public void Read_lists_every_fault_by_name_and_quotes_no_value()
    {
        var pasted = Guid.NewGuid().ToString("N");
        var e = Assert.Throws<SecretConfigurationException>(() =>
            SettingsReader.Read(
                Configuration(
                    ("MAX_BAR_AGE_MINUTES", pasted),
                    ("MAX_DAILY_LOSS", "2"),
                    ("ALLOW_SHORT", "perhaps"),
                    ("MAX_GROSS_WEIGHT", "0.1")
                ),
                RiskOptions.Read
            )
        );
        Assert.Equal(4, e.Faults.Count);
        Assert.Contains(e.Faults, fault =>
            fault.StartsWith("MAX_BAR_AGE_MINUTES is not valid. Allowed is a whole number from 1 to 60", StringComparison.Ordinal)
        );
        Assert.Contains(e.Faults, fault =>
            fault.StartsWith("MAX_POSITION_WEIGHT is above MAX_GROSS_WEIGHT", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(pasted, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_takes_a_point_and_no_comma_as_decimal_sign()
    {
        Assert.Equal(0.1m, SettingsReader.Read(Configuration(("SIGNAL_MAX_WEIGHT", "0.1")), MomentumOptions.Read).MaxWeight);
        Assert.Throws<SecretConfigurationException>(() =>
            SettingsReader.Read(Configuration(("SIGNAL_MAX_WEIGHT", "0,1")), MomentumOptions.Read)
        );
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
}
