using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Strongroom.Deployment;
using Strongroom.Tests.Env;
using Strongroom.Unix;

namespace Strongroom.Tests.Deployment;

public sealed class DeploymentDecisionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null, DeploymentEnvironment.Production)]
    [InlineData(null, "Development", DeploymentEnvironment.Local)]
    [InlineData(null, "Test", DeploymentEnvironment.Test)]
    [InlineData(null, "Testing", DeploymentEnvironment.Test)]
    [InlineData(null, "staging", DeploymentEnvironment.Staging)]
    [InlineData(null, "Production", DeploymentEnvironment.Production)]
    [InlineData("local", null, DeploymentEnvironment.Local)]
    [InlineData("staging", "Staging", DeploymentEnvironment.Staging)]
    [InlineData("production", null, DeploymentEnvironment.Production)]
    public void Decide_from_setting_and_host(string? setting, string? host, DeploymentEnvironment expected)
    {
        var (decision, faults) = Decide(new DeploymentFacts { Setting = setting, HostEnvironment = host });

        Assert.Empty(faults);
        Assert.Equal(expected, decision.Environment);
    }

    [Theory]
    [InlineData("prod", null, null)]
    [InlineData("Local", null, null)]
    [InlineData(null, "Custom", null)]
    [InlineData("local", "Custom", null)]
    [InlineData("local", "Production", null)]
    [InlineData("staging", "Production", null)]
    [InlineData("test", "Development", null)]
    [InlineData("local", null, "production")]
    [InlineData(null, "Development", "production")]
    [InlineData(null, null, "")]
    [InlineData(null, null, "elsewhere")]
    public void Decide_of_unknown_or_disagreeing_statements_refuses_and_counts_as_production(
        string? setting,
        string? host,
        string? file
    )
    {
        var (decision, faults) = Decide(
            new DeploymentFacts
            {
                Setting = setting,
                HostEnvironment = host,
                HostFile = file,
            }
        );

        Assert.Single(faults);
        Assert.Equal(DeploymentEnvironment.Production, decision.Environment);
    }

    [Fact]
    public void Decide_lists_every_disagreement()
    {
        var (_, faults) = Decide(
            new DeploymentFacts
            {
                HostFile = "production",
                Setting = "local",
                HostEnvironment = "Staging",
            }
        );

        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault =>
            Assert.Contains("/etc/strongroom/environment says production", fault, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Decide_with_a_host_file_alone_takes_it()
    {
        var (decision, faults) = Decide(new DeploymentFacts { HostFile = "test" });

        Assert.Empty(faults);
        Assert.Equal((DeploymentEnvironment.Test, "/etc/strongroom/environment"), (decision.Environment, decision.DecidedBy));
    }

    [Theory]
    [InlineData("https://api.alpaca.markets", null, "")]
    [InlineData("https://API.alpaca.markets./v2", null, "")]
    [InlineData("api.alpaca.markets", null, "")]
    [InlineData("https://api.alpaca.markets:443", null, "")]
    [InlineData(null, "live", "")]
    [InlineData(null, null, "prod/")]
    [InlineData(null, null, "team/Production/")]
    public void Decide_local_with_anything_of_production_refuses(string? broker, string? mode, string @namespace)
    {
        var facts = new DeploymentFacts
        {
            Setting = "local",
            BrokerUrl = broker,
            TradingMode = mode,
            Namespace = @namespace,
        };

        Assert.Single(Decide(facts).Faults);
        Assert.Single(Decide(facts with { Setting = "test" }).Faults);
        Assert.Empty(Decide(facts with { Setting = "production" }).Faults);
    }

    [Fact]
    public void Decide_local_with_the_paper_broker_allows() =>
        Assert.Empty(
            Decide(
                new DeploymentFacts
                {
                    Setting = "local",
                    BrokerUrl = "https://paper-api.alpaca.markets",
                    TradingMode = "paper",
                    Namespace = "product/",
                }
            ).Faults
        );

    [Fact]
    public void Collect_of_a_host_that_was_told_nothing_does_not_contradict_local()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["DEPLOYMENT_ENV"] = "local";

        var facts = Collect(builder.Configuration, builder.Environment.EnvironmentName, _folder.At("none"));

        Assert.Equal("Production", builder.Environment.EnvironmentName);
        Assert.Equal(("local", null), (facts.Setting, facts.HostEnvironment));
    }

    [Fact]
    public void Collect_of_a_host_that_was_told_production_says_so()
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Production" }
        );

        Assert.Equal(
            "Production",
            Collect(builder.Configuration, builder.Environment.EnvironmentName, _folder.At("none")).HostEnvironment
        );
    }

    [Theory]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Development", "DOTNET_ENVIRONMENT", "Production")]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Production", "DOTNET_ENVIRONMENT", "Development")]
    [InlineData("DEPLOYMENT_ENV", "local", "DOTNET_ENVIRONMENT", "Staging")]
    [InlineData("DEPLOYMENT_ENV", "production", "ASPNETCORE_ENVIRONMENT", "Development")]
    public void Decide_of_two_settings_that_disagree_refuses_and_names_both(
        string one,
        string says,
        string other,
        string otherSays
    )
    {
        foreach (var host in new[] { null, "Development", "Production" })
        {
            var (decision, faults) = Decide(Collect(Configuration((one, says), (other, otherSays)), host, _folder.At("none")));

            Assert.Contains(faults, fault =>
                fault.Contains(one, StringComparison.Ordinal)
                && fault.Contains(other, StringComparison.Ordinal)
                && fault.Contains("make them agree", StringComparison.Ordinal)
            );
            Assert.Equal(DeploymentEnvironment.Production, decision.Environment);
        }
    }

    [Fact]
    public void Decide_of_a_variable_and_a_file_that_disagree_refuses_and_names_both()
    {
        _folder.Write("appsettings.json", """{ "DEPLOYMENT_ENV": "local" }""");
        var configuration = new ConfigurationManager();
        configuration.AddJsonFile(_folder.At("appsettings.json"));
        configuration.AddCommandLine(["--DEPLOYMENT_ENV=production"]);

        var (_, faults) = Decide(Collect(configuration, null, _folder.At("none")));

        var fault = Assert.Single(faults);
        Assert.Contains("DEPLOYMENT_ENV (command line) says production", fault, StringComparison.Ordinal);
        Assert.Contains("DEPLOYMENT_ENV (appsettings.json) says local", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DEPLOYMENT_ENV", "production", "local")]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Production", "Development")]
    public void Decide_looks_into_a_configuration_within_another_one(string key, string inner, string outer)
    {
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(
                new ConfigurationBuilder()
                    .AddConfiguration(Configuration((key, inner)))
                    .AddInMemoryCollection([new(key, outer)])
                    .Build()
            )
            .Build();

        var (decision, faults) = Decide(Collect(configuration, null, _folder.At("none")));

        Assert.Contains("make them agree", Assert.Single(faults), StringComparison.Ordinal);
        Assert.Equal(DeploymentEnvironment.Production, decision.Environment);
    }

    [Theory]
    [InlineData("production")]
    [InlineData("local")]
    public void Decide_of_an_empty_setting_that_hides_another_refuses(string hidden)
    {
        _folder.Write("appsettings.json", $$"""{ "DEPLOYMENT_ENV": "{{hidden}}" }""");
        var configuration = new ConfigurationManager();
        configuration.AddJsonFile(_folder.At("appsettings.json"));
        configuration.AddInMemoryCollection([new("DEPLOYMENT_ENV", " "), new("ASPNETCORE_ENVIRONMENT", "Development")]);

        var (decision, faults) = Decide(Collect(configuration, "Development", _folder.At("none")));

        Assert.Contains(faults, fault =>
            fault.StartsWith("DEPLOYMENT_ENV (MemoryConfigurationProvider) must be one of", StringComparison.Ordinal)
        );
        Assert.Equal(DeploymentEnvironment.Production, decision.Environment);
    }

    [Fact]
    public void Decide_of_sources_that_agree_takes_them()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new("DEPLOYMENT_ENV", "local"), new("DOTNET_ENVIRONMENT", "development")]);
        configuration.AddInMemoryCollection([new("DEPLOYMENT_ENV", "local"), new("ASPNETCORE_ENVIRONMENT", "Development")]);

        var (decision, faults) = Decide(Collect(configuration, "Development", _folder.At("none")));

        Assert.Empty(faults);
        Assert.Equal((DeploymentEnvironment.Local, "DEPLOYMENT_ENV"), (decision.Environment, decision.DecidedBy));
    }

    [Fact]
    public void Decide_of_code_that_disagrees_with_a_setting_refuses()
    {
        var facts = Collect(Configuration(("DEPLOYMENT_ENV", "production")), null, _folder.At("none"));

        var (decision, faults) = Decide(facts with { Setting = "test" });

        Assert.Contains("set in code", Assert.Single(faults), StringComparison.Ordinal);
        Assert.Equal(DeploymentEnvironment.Production, decision.Environment);
    }

    [Fact]
    public void Collect_with_an_empty_setting_takes_it_as_unset() =>
        Assert.Null(Collect(Configuration(("DEPLOYMENT_ENV", " ")), null, _folder.At("none")).Setting);

    [Fact]
    public void Collect_reads_the_host_file()
    {
        var facts = Collect(Configuration(), null, _folder.Write("environment", "staging\n", (UnixFileMode)0b110_100_100));

        Assert.Equal(("staging", null), (facts.HostFile, facts.HostFileProblem));
    }

    [Fact]
    public void Collect_of_a_host_file_that_others_could_have_written_refuses_the_start()
    {
        var writable = _folder.Write("writable", "local", (UnixFileMode)0b110_110_100);
        File.CreateSymbolicLink(_folder.At("link"), _folder.Write("real", "local"));
        var own = _folder.Write("own", "local");

        DeploymentFacts[] all =
        [
            Collect(Configuration(), "Development", writable),
            Collect(Configuration(), "Development", _folder.At("link")),
            DeploymentFacts.Collect(Configuration(), "Development", own, trustedOwner: UnixFile.CurrentUser + 1),
        ];

        Assert.All(all, facts => Assert.Equal(DeploymentEnvironment.Production, Decide(facts).Decision.Environment));
        Assert.All(all, facts => Assert.Single(Decide(facts).Faults));
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => one.Key, one => (string?)one.Value))
            .Build();

    private static DeploymentFacts Collect(IConfiguration configuration, string? host, string path) =>
        DeploymentFacts.Collect(configuration, host, path, UnixFile.CurrentUser);

    private static (DeploymentDecision Decision, List<string> Faults) Decide(DeploymentFacts facts)
    {
        var faults = new List<string>();
        return (DeploymentDecision.Decide(facts, faults), faults);
    }
}
