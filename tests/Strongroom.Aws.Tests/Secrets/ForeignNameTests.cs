using Strongroom.Aws.Policies;
using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;

namespace Strongroom.Aws.Tests.Secrets;

/// <summary>Secrets that others have named, such as AWS itself those of its databases.</summary>
public class ForeignNameTests
{
    private const string Path = "rds!cluster-0123abcd-Ef";

    private static readonly SecretDeclaration s_declaration = SecretDeclaration.Parse(
        $$"""
        { "service": "gateway", "secrets": [
          { "name": "database/password", "at": "{{Path}}#password" },
          { "name": "tls/certificate", "at": "kubernetes/tls#tls.crt" } ] }
        """
    );

    [Fact]
    public async Task Place_with_a_name_of_awss_own_is_read_under_a_name_of_ours()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        var declared = s_declaration.Secrets[0];
        var text = AwsFixture.Fresh();
        using var value = SecretValue.FromText(text);
        var location = new SecretLocation(declared.Name, declared.StoredName);
        await backend.WriteAsync(new SecretWrite(location, value), TestContext.Current.CancellationToken);

        var answer = Assert.Single(
            await backend.ReadAsync(
                [new SecretRequest("database", [location], ReadPurpose.Get)],
                TestContext.Current.CancellationToken
            )
        );

        Assert.True(answer.Succeeded, answer.Error?.Message);
        Assert.Equal(text, Assert.Single(answer.Values).Reveal());
    }

    [Fact]
    public void Policy_names_it_exactly() =>
        Assert.Contains(
            $"secret:{Path}-??????",
            IamPolicy.For(s_declaration, "", "eu-central-1", "123456789012", null),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Message_of_a_secret_without_a_value_yet_has_the_command_for_it_quoted_for_a_shell()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var declared = s_declaration.Secrets[0];

        var answer = Assert.Single(
            await fixture
                .Backend()
                .ReadAsync(
                    [new SecretRequest("database", [new SecretLocation(declared.Name, declared.StoredName)], ReadPurpose.Get)],
                    TestContext.Current.CancellationToken
                )
        );

        Assert.Equal(SecretErrorCode.Missing, answer.Error!.Code);
        Assert.Contains($"put-secret-value --secret-id '{Path}' …", answer.Error.Message, StringComparison.Ordinal);
    }
}
