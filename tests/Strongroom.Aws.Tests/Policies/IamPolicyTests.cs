using Strongroom.Aws.Policies;
using Strongroom.Aws.Tests.Support;

namespace Strongroom.Aws.Tests.Policies;

public class IamPolicyTests
{
    private const string Account = "123456789012";

    private static readonly SecretDeclaration s_declaration = SecretDeclaration.Parse(
        """
        { "service": "execution_gateway", "secrets": [
          { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca" },
          { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key", "bundle": "alpaca" },
          { "name": "notes/writable", "access": ["write"] },
          { "name": "notes/whole", "access": ["read", "write", "delete"] } ] }
        """
    );

    [Fact]
    public void For_gives_exact_names_and_no_more_than_the_declaration_asks() =>
        Assert.Equal(
            """
            {
              "Version": "2012-10-17",
              "Statement": [
                {
                  "Sid": "Read",
                  "Effect": "Allow",
                  "Action": [
                    "secretsmanager:GetSecretValue"
                  ],
                  "Resource": [
                    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:prod/alpaca/credentials-??????"
                  ]
                },
                {
                  "Sid": "Change",
                  "Effect": "Allow",
                  "Action": [
                    "secretsmanager:GetSecretValue",
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:CreateSecret",
                    "secretsmanager:PutSecretValue",
                    "secretsmanager:UpdateSecretVersionStage",
                    "secretsmanager:ListSecretVersionIds"
                  ],
                  "Resource": [
                    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:prod/notes/whole",
                    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:prod/notes/whole-??????",
                    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:prod/notes/writable",
                    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:prod/notes/writable-??????"
                  ]
                },
                {
                  "Sid": "Delete",
                  "Effect": "Allow",
                  "Action": [
                    "secretsmanager:DeleteSecret",
                    "secretsmanager:RestoreSecret"
                  ],
                  "Resource": [
                    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:prod/notes/whole-??????"
                  ]
                },
                {
                  "Sid": "Batch",
                  "Effect": "Allow",
                  "Action": [
                    "secretsmanager:BatchGetSecretValue"
                  ],
                  "Resource": [
                    "*"
                  ]
                },
                {
                  "Sid": "Key",
                  "Effect": "Allow",
                  "Action": [
                    "kms:Decrypt",
                    "kms:GenerateDataKey"
                  ],
                  "Resource": [
                    "arn:aws-cn:kms:cn-north-1:123456789012:key/0a1b"
                  ],
                  "Condition": {
                    "StringEquals": {
                      "kms:ViaService": "secretsmanager.cn-north-1.amazonaws.com.cn"
                    }
                  }
                }
              ]
            }

            """,
            IamPolicy.For(s_declaration, "prod/", "cn-north-1", Account, "0a1b")
        );

    [Fact]
    public void For_an_alias_or_what_is_no_account_says_so()
    {
        Assert.Contains(
            "alias",
            Assert
                .Throws<ArgumentException>(() => IamPolicy.For(s_declaration, "", "eu-central-1", Account, "alias/own"))
                .Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => IamPolicy.For(s_declaration, "", "eu-central-1", "me"));
    }

    [Fact]
    public async Task A_service_with_its_policy_can_do_all_it_declares_and_nothing_else()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var admin = fixture.Backend();
        await admin.SetAsync("alpaca/credentials#api_key_id", "id-text");
        await admin.SetAsync("alpaca/credentials#api_secret_key", "key-text");
        await admin.SetAsync("other", "other-text");
        var backend = fixture.Backend(
            fixture.Server.IssueCredential(IamPolicy.For(s_declaration, "", fixture.Server.Region, fixture.Server.AccountId))
        );

        Assert.Equal("id-text", await backend.TextAsync("alpaca/credentials#api_key_id"));
        var answers = await backend.ReadAsync(
            [BackendCalls.Request("alpaca/credentials#api_key_id"), BackendCalls.Request("other")],
            TestContext.Current.CancellationToken
        );
        Assert.True(answers[0].Succeeded);
        Assert.Equal(SecretErrorCode.Denied, answers[1].Error?.Code);
        await backend.SetAsync("notes/writable", "note-one");
        await backend.SetAsync("notes/writable", "note-two");
        await backend.SetAsync("notes/whole", "note-one");
        var second = await backend.SetAsync("notes/whole", "note-two");
        Assert.Equal(2, (await backend.VersionsAsync("notes/whole")).Count);
        await backend.DeleteAsync(BackendCalls.LocationOf("notes/whole"), TestContext.Current.CancellationToken);
        Assert.Equal(
            second.Version,
            (
                await backend.RestoreAsync(BackendCalls.LocationOf("notes/whole"), null, TestContext.Current.CancellationToken)
            ).Version
        );

        var error = await Assert.ThrowsAsync<SecretAccessDeniedException>(() =>
            backend.SetAsync("alpaca/credentials#api_key_id", "id-text-2")
        );
        Assert.Contains("secretsmanager:PutSecretValue", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SecretAccessDeniedException>(() =>
            backend.DeleteAsync(BackendCalls.LocationOf("notes/writable"), TestContext.Current.CancellationToken).AsTask()
        );
        Assert.Equal(SecretErrorCode.Denied, (await backend.ErrorAsync("other")).Code);
    }
}
