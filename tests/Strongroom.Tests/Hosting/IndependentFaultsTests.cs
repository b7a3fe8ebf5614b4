using Strongroom.Tests.Support;

namespace Strongroom.Tests.Hosting;

/// <summary>A start lists every fault of its settings, and none that only follows from another.</summary>
public sealed class IndependentFaultsTests : IDisposable
{
    private readonly HostFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    public static TheoryData<string, string, string> Undecided =>
        new()
        {
            { "DEPLOYMENT_ENV", "prodution", "DEPLOYMENT_ENV" },
            { "DOTNET_ENVIRONMENT", "Production", "agree" },
            { "TRADING_MODE", "live", "TRADING_MODE" },
            { "SECRET_NAMESPACE", "prod/", "SECRET_NAMESPACE" },
        };

    [Theory]
    [MemberData(nameof(Undecided))]
    public async Task Start_that_cannot_decide_the_environment_lists_nothing_that_would_follow_from_it(
        string setting,
        string value,
        string named
    )
    {
        _fixture.Settings[setting] = value;
        _fixture.Settings["STRONGROOM_AUDIT"] = "best-effort";
        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
        Assert.Contains(named, Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_with_contradicting_environments_does_not_judge_by_one_of_them()
    {
        _fixture.Settings["DOTNET_ENVIRONMENT"] = "Production";
        _fixture.Settings["SECRET_NAMESPACE"] = "prod/";
        _fixture.Settings["TRADING_MODE"] = "live";
        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
        Assert.Contains("agree", Assert.Single(refused.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SECRET_CACHE_TTL", "soon")]
    [InlineData("SECRET_CACHE_TTL", "2h")]
    [InlineData("SECRET_CACHE_REFRESH", "later")]
    public async Task Start_with_an_invalid_time_does_not_compare_another_with_it(string setting, string value)
    {
        _fixture.Settings["SECRET_CACHE_TTL"] = "10m";
        _fixture.Settings["SECRET_CACHE_REFRESH"] = "20m";
        _fixture.Settings[setting] = value;
        var refused = await Assert.ThrowsAsync<SecretConfigurationException>(_fixture.StartAsync);
        Assert.StartsWith(setting + " ", Assert.Single(refused.Faults), StringComparison.Ordinal);
    }
}
