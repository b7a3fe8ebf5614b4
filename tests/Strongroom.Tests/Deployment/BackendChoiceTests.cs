using Strongroom.Deployment;

namespace Strongroom.Tests.Deployment;

public class BackendChoiceTests
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(DeploymentEnvironment.Local, "env")]
    [InlineData(DeploymentEnvironment.Test, "env")]
    [InlineData(DeploymentEnvironment.Staging, null)]
    [InlineData(DeploymentEnvironment.Production, null)]
    public void Choose_without_a_setting_gives_env_in_local_and_test_only(DeploymentEnvironment environment, string? expected)
    {
        var faults = new List<string>();

        Assert.Equal(expected, BackendChoice.Choose(null, In(environment), ["env"], faults));
        Assert.Equal(expected is null, faults.Count == 1);
    }

    [Fact]
    public void Choose_without_a_setting_and_without_an_environment_adds_no_fault()
    {
        var faults = new List<string>();
        var undecided = DeploymentDecision.Decide(new DeploymentFacts { Setting = "prodution" }, faults);
        Assert.Single(faults);

        Assert.Null(BackendChoice.Choose(null, undecided, ["env"], faults));
        Assert.Single(faults);
        Assert.Null(BackendChoice.Choose("valut", undecided, ["env"], faults));
        Assert.Equal(2, faults.Count);
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Test, true)]
    [InlineData(DeploymentEnvironment.Staging, false)]
    public void Choose_of_an_unknown_name_offers_env_only_where_it_is_allowed(DeploymentEnvironment environment, bool offers)
    {
        var faults = new List<string>();
        BackendChoice.Choose("valut", In(environment), ["env"], faults);
        Assert.Equal(offers, Assert.Single(faults).Contains("env", StringComparison.Ordinal));
    }

    [Fact]
    public void Choose_of_an_unknown_name_lists_what_there_is_and_quotes_nothing()
    {
        var faults = new List<string>();

        Assert.Null(BackendChoice.Choose("valut", In(DeploymentEnvironment.Local), ["env", "own"], faults));

        Assert.Contains("aws or env or own or vault", Assert.Single(faults), StringComparison.Ordinal);
        Assert.DoesNotContain("valut", faults[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vault", "Strongroom.Vault", "AddVault()")]
    [InlineData("aws", "Strongroom.Aws", "AddAws()")]
    public void Choose_of_a_known_name_that_is_not_there_says_which_package_to_add(string name, string package, string call)
    {
        var faults = new List<string>();

        Assert.Null(BackendChoice.Choose(name, In(DeploymentEnvironment.Production), ["env"], faults));

        Assert.Contains(package, Assert.Single(faults), StringComparison.Ordinal);
        Assert.Contains(call, faults[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Local, false)]
    [InlineData(DeploymentEnvironment.Test, false)]
    [InlineData(DeploymentEnvironment.Staging, true)]
    [InlineData(DeploymentEnvironment.Production, true)]
    public void EnsureAllowed_refuses_env_outside_local_and_test(DeploymentEnvironment environment, bool refused)
    {
        var error = Record.Exception(() => BackendChoice.EnsureAllowed("env", In(environment), breakGlass: null));

        Assert.Equal(refused, error is SecretRefusedException { Code: SecretErrorCode.Guardrail });
        BackendChoice.EnsureAllowed("vault", In(environment), breakGlass: null);
        BackendChoice.EnsureAllowed("env", In(environment), new BreakGlass("o", "r", s_now, s_now.AddHours(1)));
    }

    private static DeploymentDecision In(DeploymentEnvironment environment) => new(environment, "test");
}
