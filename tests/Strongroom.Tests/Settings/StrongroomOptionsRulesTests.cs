using Strongroom.Deployment;
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
    [InlineData(600_000, 300_000, "SECRET_CACHE_REFRESH is 5m, more than a sixth of SECRET_CACHE_TTL (10m), ", "most 100s.")]
    [InlineData(1_000, 1_500, "SECRET_CACHE_REFRESH is 1500ms, more than a sixth of SECRET_CACHE_TTL (1s), ", "most 166ms.")]
    public void Check_of_a_refresh_states_both_times_and_the_longest_as_settings_write_them(
        int ttl,
        int refresh,
        string what,
        string remedy
    )
    {
        var fault = Assert.Single(
            Check(
                new StrongroomOptions
                {
                    CacheTtl = TimeSpan.FromMilliseconds(ttl),
                    CacheRefresh = TimeSpan.FromMilliseconds(refresh),
                }
            )
        );

        Assert.StartsWith(what, fault, StringComparison.Ordinal);
        Assert.EndsWith(remedy, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7_200, 1_200)]
    [InlineData(0, 600)]
    public void Check_with_an_invalid_time_to_live_does_not_judge_the_refresh_by_it(int ttl, int refresh) =>
        Assert.StartsWith(
            "SECRET_CACHE_TTL ",
            Assert.Single(
                Check(
                    new StrongroomOptions { CacheTtl = TimeSpan.FromSeconds(ttl), CacheRefresh = TimeSpan.FromSeconds(refresh) }
                )
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Check_suggests_namespaces_that_every_environment_accepts()
    {
        var fault = Assert.Single(Check(new StrongroomOptions { Namespace = "no-slash" }));
        var suggested = fault.Split(' ').Select(word => word.TrimEnd('.', ',')).Where(word => word.EndsWith('/')).ToList();

        Assert.NotEmpty(suggested);
        Assert.All(suggested, name =>
        {
            var faults = new List<string>();
            DeploymentDecision.Decide(new DeploymentFacts { Setting = "local", Namespace = name }, faults);
            Assert.Empty(faults);
            Assert.Empty(Check(new StrongroomOptions { Namespace = name }));
        });
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
