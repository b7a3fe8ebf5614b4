using Microsoft.Extensions.Configuration;
using Strongroom;
using Trading.ServiceDefaults.Tests.Support;

namespace Trading.ServiceDefaults.Tests.Settings;

public class TradingSettingsReaderTests
{
    private static readonly SecretDeclaration s_declaration = SecretDeclaration.Parse(ServiceFolder.Gateway);

    [Theory]
    [InlineData("http://paper-api.alpaca.markets")]
    [InlineData("https://user:pineapple@paper-api.alpaca.markets")]
    [InlineData("https://paper-api.alpaca.markets@pineapple.example")]
    [InlineData("https://169.254.169.254")]
    [InlineData("https://[fe80::1]")]
    [InlineData("https://paper-api.alpaca.markets.pineapple.example")]
    [InlineData("https://paper-api.alpaca.markets/pineapple")]
    [InlineData("https://paper-api.alpaca.markets?pineapple")]
    [InlineData("https://api.alpaca.markets")]
    [InlineData("https://API.alpaca.markets.")]
    [InlineData("file:///etc/passwd")]
    [InlineData("pineapple")]
    [InlineData("http://127.0.0.1:9")]
    public void Broker_address_that_is_hostile_is_a_fault_that_does_not_quote_it(string address)
    {
        var (settings, faults) = Read(DeploymentEnvironment.Production, ("ALPACA_BASE_URL", address));

        faults.AddRange(
            faults.Count > 0
                ? []
                : BrokerAddress.FindFaults(
                    "ALPACA_BASE_URL",
                    settings.BrokerUrl,
                    s_declaration,
                    BrokerCredential.Names,
                    DeploymentEnvironment.Production
                )
        );

        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.StartsWith("ALPACA_BASE_URL", fault, StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("user:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://paper-api.alpaca.markets", DeploymentEnvironment.Production)]
    [InlineData("http://127.0.0.1:9", DeploymentEnvironment.Local)]
    [InlineData("http://localhost:9/", DeploymentEnvironment.Test)]
    public void Broker_address_that_is_named_is_taken(string address, DeploymentEnvironment environment)
    {
        var (settings, faults) = Read(environment, ("ALPACA_BASE_URL", address));

        Assert.Empty(faults);
        Assert.Empty(
            BrokerAddress.FindFaults("ALPACA_BASE_URL", settings.BrokerUrl, s_declaration, BrokerCredential.Names, environment)
        );
        Assert.Equal(settings.BrokerUrl, settings.DataUrl);
    }

    [Fact]
    public void Live_broker_needs_the_mode_and_is_refused_locally_even_with_it()
    {
        var (_, without) = Read(DeploymentEnvironment.Production, ("ALPACA_BASE_URL", "https://api.alpaca.markets"));
        var (_, with) = Read(
            DeploymentEnvironment.Production,
            ("ALPACA_BASE_URL", "https://api.alpaca.markets"),
            ("TRADING_MODE", "live")
        );
        var (_, local) = Read(
            DeploymentEnvironment.Local,
            ("ALPACA_BASE_URL", "https://api.alpaca.markets"),
            ("TRADING_MODE", "live")
        );

        Assert.Contains("TRADING_MODE", Assert.Single(without), StringComparison.Ordinal);
        Assert.Empty(with);
        Assert.Contains("local", Assert.Single(local), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.alpaca.markets", "x", DeploymentEnvironment.Production, "TRADING_MODE")]
    [InlineData("https://api.alpaca.markets", "paper", DeploymentEnvironment.Local, "ALPACA_BASE_URL")]
    public void Live_broker_adds_no_fault_that_follows_from_another(
        string address,
        string mode,
        DeploymentEnvironment environment,
        string named
    )
    {
        var (_, faults) = Read(environment, ("ALPACA_BASE_URL", address), ("TRADING_MODE", mode));

        Assert.StartsWith(named, Assert.Single(faults), StringComparison.Ordinal);
        // What local refuses is not suggested there.
        Assert.DoesNotContain("TRADING_MODE=live", faults[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", "1", "LOW")]
    [InlineData("5", "x", "HIGH")]
    [InlineData("5", "1", "HIGH is below LOW")]
    public void Settings_that_disagree_are_a_fault_only_where_each_is_valid(string low, string high, string says)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("LOW", low), new("HIGH", high)]).Build();

        var refused = Assert.Throws<SecretConfigurationException>(() => SettingsReader.Read(configuration, settings =>
            {
                var (from, to) = (settings.Integer("LOW", 9, 0, 10), settings.Integer("HIGH", 0, 0, 10));
                settings.Require(from <= to, "HIGH is below LOW. Raise it.");
                return from;
            }));

        Assert.StartsWith(says, Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Budget_end_has_a_default_in_local_only()
    {
        Assert.Equal(BudgetEnd.Cancel, Read(DeploymentEnvironment.Local).Settings.OnBudgetEnd);
        Assert.Null(Read(DeploymentEnvironment.Production).Settings.OnBudgetEnd);
        Assert.Equal(
            BudgetEnd.Keep,
            Read(DeploymentEnvironment.Production, ("TRADING_ON_BUDGET_END", "keep")).Settings.OnBudgetEnd
        );
    }

    [Fact]
    public void Wrong_words_are_all_told_at_once()
    {
        var (_, faults) = Read(
            DeploymentEnvironment.Local,
            ("TRADING_MODE", "x"),
            ("TRADING_ON_BUDGET_END", "x"),
            ("DRY_RUN", "x"),
            ("STRATEGY_ID", "a b"),
            ("REDIS_URL", "x")
        );

        Assert.Equal(5, faults.Count);
    }

    [Theory]
    [InlineData("redis://redis.internal:6379", "rediss")]
    [InlineData("rediss://:pineapple@redis.internal:6379", "redis/password")]
    [InlineData("redis://user:pineapple@127.0.0.1", "redis/password")]
    [InlineData("http://127.0.0.1", "rediss")]
    [InlineData("redis://127.0.0.1/x", "number")]
    public void Redis_address_that_is_unsafe_is_a_fault(string address, string says)
    {
        var (_, faults) = Read(DeploymentEnvironment.Production, ("REDIS_URL", address));

        Assert.Contains(faults, fault => fault.Contains(says, StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("pineapple", StringComparison.Ordinal));
    }

    [Fact]
    public void Redis_address_is_read_with_its_parts()
    {
        var (settings, faults) = Read(DeploymentEnvironment.Production, ("REDIS_URL", "rediss://breaker@redis.internal:6380/2"));

        Assert.Empty(faults);
        Assert.Equal(new RedisAddress("redis.internal", 6380, true, "breaker", 2), settings.Redis);
    }

    private static (TradingSettings Settings, List<string> Faults) Read(
        DeploymentEnvironment environment,
        params (string Name, string Value)[] values
    )
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => new KeyValuePair<string, string?>(value.Name, value.Value)))
            .Build();
        var faults = new List<string>();
        return (TradingSettingsReader.Read(configuration, environment, faults), faults);
    }
}
