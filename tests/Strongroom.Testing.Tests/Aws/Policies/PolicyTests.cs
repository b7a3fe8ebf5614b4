using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws.Policies;

public sealed class PolicyTests : SecretsManagerTest
{
    private const string Prefix = "arn:aws:secretsmanager:us-east-1:123456789012:secret:";

    [Fact]
    public async Task Policy_WithTheSixCharacterPattern_AllowsThatSecretAlone()
    {
        await CreateAsync("trader/keys");
        await CreateAsync("trader/keys2");
        await CreateAsync("trader/keys-longer");
        var user = As(Server.IssueCredential(Allow("secretsmanager:GetSecretValue", Prefix + "trader/keys-??????")));
        await user.DoAsync("GetSecretValue", new { SecretId = "trader/keys" });
        await user.RefusedAsync("AccessDeniedException", "GetSecretValue", new { SecretId = "trader/keys2" });
        await user.RefusedAsync("AccessDeniedException", "DescribeSecret", new { SecretId = "trader/keys" });
        await user.RefusedAsync("AccessDeniedException", "ListSecrets");
    }

    // A pattern of six question marks is met by a longer name that happens to end so.
    [Fact]
    public async Task Policy_WithAStarAtTheEnd_AllowsMoreThanItsName()
    {
        await CreateAsync("a");
        await CreateAsync("a-other");
        var user = As(Server.IssueCredential(Allow("secretsmanager:GetSecretValue", Prefix + "a-*")));
        await user.DoAsync("GetSecretValue", new { SecretId = "a" });
        await user.DoAsync("GetSecretValue", new { SecretId = "a-other" });
    }

    // PROTOCOLS 48: a denial may hide absence, so it proves none.
    [Fact]
    public async Task AbsentSecret_ForWhoMayNotReadIt_IsDeniedAndNotMissing()
    {
        await As(Server.IssueCredential(Allow("secretsmanager:*", Prefix + "a-??????")))
            .RefusedAsync("AccessDeniedException", "GetSecretValue", new { SecretId = "a" });
        await As(Server.IssueCredential(Allow("secretsmanager:*", "*")))
            .RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = "a" });
    }

    [Fact]
    public async Task Denial_Explicit_WinsAndTellsWhoWhatAndWhere()
    {
        await CreateAsync("a");
        await CreateAsync("b");
        var credential = Server.IssueTemporaryCredential(
            TimeSpan.FromHours(1),
            """
            {"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Action":"*","Resource":"*"},
              {"Effect":"Deny","Action":["SecretsManager:Get*"],"Resource":["arn:aws:secretsmanager:*:*:secret:a-*"]}]}
            """
        );
        var text = await As(credential).RefusedAsync("AccessDeniedException", "GetSecretValue", new { SecretId = "a" });
        Assert.Matches(
            "^User: arn:aws:sts::123456789012:assumed-role/.+ is not authorized to perform: secretsmanager:GetSecretValue on "
                + "resource: arn:aws:.+:secret:a-.{6} because an explicit deny",
            text
        );
        await As(credential).DoAsync("GetSecretValue", new { SecretId = "b" });
    }

    [Fact]
    public async Task Deny_OfOneAction_HoldsUntilCleared()
    {
        await CreateAsync("a");
        Server.Deny(Server.AccessKeyId, "GetSecretValue", "a");
        await Root.RefusedAsync("AccessDeniedException", "GetSecretValue", new { SecretId = "a" });
        await Root.DoAsync("DescribeSecret", new { SecretId = "a" });
        Server.ClearDenials(Server.AccessKeyId);
        await Root.DoAsync("GetSecretValue", new { SecretId = "a" });
    }

    [Theory]
    [InlineData("""{"StringEquals":{"secretsmanager:VersionStage":"AWSCURRENT"}}""", true)]
    [InlineData("""{"StringEquals":{"secretsmanager:VersionStage":["AWSPENDING","x"]}}""", false)]
    [InlineData("""{"StringNotEquals":{"aws:ResourceTag/team":"blue"}}""", false)]
    [InlineData("""{"StringLike":{"secretsmanager:ResourceTag/team":"b?ue"}}""", true)]
    [InlineData("""{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}""", false)]
    [InlineData("""{"StringEquals":{"aws:ResourceTag/none":"x"}}""", false)]
    [InlineData("""{"StringNotEquals":{"aws:ResourceTag/none":"x"}}""", true)]
    public async Task Condition_OfAStatement_Decides(string condition, bool allowed)
    {
        await CreateAsync("a");
        await Root.DoAsync("TagResource", """{"SecretId":"a","Tags":[{"Key":"team","Value":"blue"}]}""");
        Server.SetPolicy(
            Server.AccessKeyId,
            $$"""
            {"Version":"2012-10-17",
             "Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{condition}} } }
            """
        );
        Assert.Equal(
            allowed ? null : "AccessDeniedException",
            (await Root.CallAsync("GetSecretValue", new { SecretId = "a" })).Error
        );
    }

    [Fact]
    public async Task KeyOfOnesOwn_WantsItsPermission()
    {
        const string Key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
        await Root.DoAsync(
            "CreateSecret",
            new
            {
                Name = "a",
                ClientRequestToken = Random(),
                SecretString = Random(),
                KmsKeyId = Key,
            }
        );
        var read = $$"""{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"{{Prefix}}a-??????"}""";
        var decrypt = $$"""
            {"Effect":"Allow","Action":"kms:Decrypt","Resource":"{{Key}}",
             "Condition":{"StringEquals":{"kms:ViaService":"secretsmanager.us-east-1.amazonaws.com"} } }
            """;
        var without = As(Server.IssueCredential($$"""{"Version":"2012-10-17","Statement":{{read}} }"""));
        Assert.Equal(
            "Access to KMS is not allowed",
            await without.RefusedAsync("AccessDeniedException", "GetSecretValue", new { SecretId = "a" })
        );
        await As(Server.IssueCredential($$"""{"Version":"2012-10-17","Statement":[{{read}},{{decrypt}}]}"""))
            .DoAsync("GetSecretValue", new { SecretId = "a" });
    }

    [Theory]
    [InlineData("[]", "Version")]
    [InlineData("{", "JSON")]
    [InlineData("""{"Version":"2012-10-17"}""", "Statement")]
    [InlineData("""{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}""", "Effect")]
    [InlineData("""{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*"}}""", "Action")]
    [InlineData("""{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*"}}""", "Resource")]
    [InlineData(
        """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"GetSecretValue","Resource":"*"}}""",
        "GetSecretValue"
    )]
    [InlineData("""{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"a"}}""", "'a'")]
    [InlineData(
        """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}""",
        "Principal"
    )]
    [InlineData(
        """
            {"Version":"2012-10-17",
             "Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"x":"true"}}}}
            """,
        "Bool"
    )]
    [InlineData("""{"Version":"2012-10-17","Statement":{"Effect":1,"Action":"*","Resource":"*"}}""", "JSON")]
    public void Policy_ThatIsNotUnderstood_IsRefusedByName(string policy, string named) =>
        Assert.Contains(
            named,
            Assert.Throws<ArgumentException>(() => Server.IssueCredential(policy)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("a-??????", "a-123456", true)]
    [InlineData("a-??????", "a-12345", false)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("*ab*ab", "abxabab", true)]
    public void Pattern_WithStarsAndQuestionMarks_Matches(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Strongroom.Testing.Aws.Policies.WildcardPattern.Matches(pattern, text));

    private static string Allow(string action, string resource) =>
        JsonSerializer.Serialize(
            new
            {
                Version = "2012-10-17",
                Statement = new[]
                {
                    new
                    {
                        Effect = "Allow",
                        Action = action,
                        Resource = resource,
                    },
                },
            }
        );
}
