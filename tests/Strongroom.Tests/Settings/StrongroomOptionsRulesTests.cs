using Strongroom.Settings;

namespace Strongroom.Tests.Settings;

public class StrongroomOptionsRulesTests
{
    [Fact]
    public void Check_of_the_defaults_finds_nothing() => Assert.Empty(Check(new StrongroomOptions()));

    [Fact]
    public void Check_lists_every_fault_at_once()
    {
        var faults = Check(
            new StrongroomOptions
            {
                CacheTtl = TimeSpan.FromHours(2),
                CacheRefresh = TimeSpan.FromMinutes(11),
                DeniedGrace = TimeSpan.FromHours(2),
                StartupWait = TimeSpan.FromSeconds(-1),
                Namespace = "prod",
                Instance = "a b",
                Operator = "a\nb",
                AuditRequired = false,
            }
        );

        Assert.Equal(
            [
                "SECRET_CACHE_TTL",
                "SECRET_CACHE_REFRESH",
                "SECRET_DENIED_GRACE",
                "SECRET_STARTUP_WAIT",
                "SECRET_NAMESPACE",
                "STRONGROOM_AUDIT",
                "STRONGROOM_INSTANCE",
                "STRONGROOM_OPERATOR",
            ],
            faults.Select(fault => fault.Split(' ')[0])
        );
    }

    [Theory]
    [InlineData(3600, 600, true)]
    [InlineData(3600, 601, false)]
    [InlineData(3601, 300, false)]
    [InlineData(60, 10, true)]
    [InlineData(60, 11, false)]
    [InlineData(60, 0, false)]
    [InlineData(0, 1, false)]
    public void Check_holds_the_refresh_to_a_sixth_of_at_most_an_hour(int ttl, int refresh, bool allowed)
    {
        var faults = Check(
            new StrongroomOptions { CacheTtl = TimeSpan.FromSeconds(ttl), CacheRefresh = TimeSpan.FromSeconds(refresh) }
        );

        Assert.Equal(allowed, faults.Count == 0);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("prod/", true)]
    [InlineData("team/test/", true)]
    [InlineData("prod", false)]
    [InlineData("/", false)]
    [InlineData("/prod/", false)]
    [InlineData("prod//", false)]
    [InlineData("a b/", false)]
    [InlineData("a#b/", false)]
    [InlineData("../", false)]
    public void Check_of_a_namespace_knows_segments(string prefix, bool allowed) =>
        Assert.Equal(allowed, Check(new StrongroomOptions { Namespace = prefix }).Count == 0);

    [Theory]
    [InlineData(DeploymentEnvironment.Local, true)]
    [InlineData(DeploymentEnvironment.Test, true)]
    [InlineData(DeploymentEnvironment.Staging, false)]
    [InlineData(DeploymentEnvironment.Production, false)]
    public void Check_allows_best_effort_audit_in_local_and_test_only(DeploymentEnvironment environment, bool allowed) =>
        Assert.Equal(allowed, Check(new StrongroomOptions { AuditRequired = false }, environment).Count == 0);

    private static List<string> Check(
        StrongroomOptions options,
        DeploymentEnvironment environment = DeploymentEnvironment.Production
    )
    {
        var faults = new List<string>();
        StrongroomOptionsRules.Check(options, environment, faults);
        return faults;
    }
}
