using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Credentials;

/// <summary>To which addresses a credential may be sent.</summary>
public sealed class CredentialBindingTests
{
    private static readonly CredentialBinding s_binding = new(
        SecretDeclaration.Parse(TestService.Declaration),
        [SecretName.Parse("alpaca/api_key_id"), SecretName.Parse("alpaca/api_secret_key")],
        DeploymentEnvironment.Test
    );

    [Theory]
    [InlineData("http://paper-api.alpaca.markets/v2/account")]
    [InlineData("https://paper-api.alpaca.markets.evil.example/v2/account")]
    [InlineData("https://api.alpaca.markets/v2/account")]
    [InlineData("https://paper-api.alpaca.markets:8443/v2/account")]
    [InlineData("https://paper-api.alpaca.markets@evil.example/v2/account")]
    [InlineData("https://user:hunter@paper-api.alpaca.markets/v2/account")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("ftp://paper-api.alpaca.markets/")]
    public void Binding_foreign_or_unsafe_address_is_refused(string address)
    {
        var problem = s_binding.FindProblem(new Uri(address));

        Assert.NotNull(problem);
        Assert.DoesNotContain("hunter", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://paper-api.alpaca.markets/v2/account")]
    [InlineData("https://PAPER-API.alpaca.markets:443/v2/orders")]
    [InlineData("http://127.0.0.1:5000/")]
    [InlineData("http://localhost:5000/")]
    [InlineData("http://[::1]:5000/")]
    public void Binding_named_address_is_allowed(string address) => Assert.Null(s_binding.FindProblem(new Uri(address)));

    [Fact]
    public void Binding_origin_that_only_one_of_two_secrets_names_is_refused()
    {
        var declaration = SecretDeclaration.Parse(
            """
            { "service": "x", "secrets": [
              { "name": "a/id", "at": "a/c#id", "bundle": "a", "sendTo": ["https://one.example", "https://two.example"] },
              { "name": "a/key", "at": "a/c#key", "bundle": "a", "sendTo": ["https://one.example"] } ] }
            """
        );
        var binding = new CredentialBinding(
            declaration,
            [SecretName.Parse("a/id"), SecretName.Parse("a/key")],
            DeploymentEnvironment.Production
        );

        Assert.Null(binding.FindProblem(new Uri("https://one.example/")));
        Assert.NotNull(binding.FindProblem(new Uri("https://two.example/")));
    }
}
