using CsCheck;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

public class EnvVariableTests
{
    [Theory]
    [InlineData("alpaca/api_key_id", "", "ALPACA_API_KEY_ID")]
    [InlineData("alpaca/api_key_id", "test/", "TEST_ALPACA_API_KEY_ID")]
    [InlineData("alpaca/credentials#api-key.id", "", "ALPACA_CREDENTIALS__API_KEY_ID")]
    [InlineData("alpaca/credentials#*", "", "ALPACA_CREDENTIALS")]
    [InlineData("Team/mail@host+x=y", "", "TEAM_MAIL_HOST_X_Y")]
    public void NameOf_maps_a_name(string name, string @namespace, string variable) =>
        Assert.Equal(variable, EnvVariable.NameOf(SecretName.Parse(name), @namespace));

    [Fact]
    public void NameOf_any_name_is_one_that_every_parser_reads() =>
        Gen.String[Gen.Char["abcXYZ019_+=.@-/"], 1, 30]
            .Where(text => SecretName.TryParse(text, out _, out _))
            .Sample(text => Assert.Matches("^[A-Z0-9_]+$", EnvVariable.NameOf(SecretName.Parse(text), "")));

    [Theory]
    [InlineData("vault/token")]
    [InlineData("aws/secret_access_key")]
    [InlineData("secret/backend")]
    [InlineData("strongroom/operator")]
    [InlineData("deployment/env")]
    [InlineData("https/proxy")]
    [InlineData("ld/preload")]
    [InlineData("dotnet/startup_hooks")]
    [InlineData("path")]
    public void Check_of_a_name_that_would_configure_something_refuses(string name)
    {
        Assert.Single(EnvVariable.Check([SecretName.Parse(name)], ""));
        Assert.Empty(EnvVariable.Check([SecretName.Parse(name)], "test/"));
    }

    [Fact]
    public void Check_of_names_that_meet_lists_every_meeting()
    {
        var faults = EnvVariable.Check("a/b a_b a.b c/d C/d e".Split(' ').Select(SecretName.Parse), "");

        Assert.Collection(
            faults,
            first => Assert.Contains("'a/b' and 'a_b' and 'a.b' would be the one variable A_B", first, StringComparison.Ordinal),
            second => Assert.Contains("C_D", second, StringComparison.Ordinal)
        );
    }
}
