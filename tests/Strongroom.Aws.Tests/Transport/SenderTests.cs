using Amazon.Runtime;
using Strongroom.Aws.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Transport;

public class SenderTests
{
    public static TheoryData<string, int, SecretErrorCode> Errors =>
        new()
        {
            { "ThrottlingException", 400, SecretErrorCode.Throttled },
            { "TooManyRequestsException", 429, SecretErrorCode.Throttled },
            { "InternalServiceError", 500, SecretErrorCode.Unreachable },
            { "ServiceUnavailable", 503, SecretErrorCode.Unreachable },
            { "SomethingNew", 500, SecretErrorCode.Unreachable },
            { "ExpiredTokenException", 400, SecretErrorCode.LoginRejected },
            { "UnrecognizedClientException", 400, SecretErrorCode.LoginRejected },
            { "InvalidSignatureException", 400, SecretErrorCode.LoginRejected },
            { "AccessDeniedException", 400, SecretErrorCode.Denied },
            { "com.amazonaws.secretsmanager#AccessDeniedException:http://internal.example/", 400, SecretErrorCode.Denied },
            { "DecryptionFailure", 400, SecretErrorCode.Denied },
            { "ResourceNotFoundException", 400, SecretErrorCode.Missing },
            { "InvalidParameterException", 400, SecretErrorCode.SettingInvalid },
            { "SomethingNew", 400, SecretErrorCode.SettingInvalid },
        };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_is_known_by_its_name(string type, int status, SecretErrorCode expected)
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        var text = AwsFixture.Fresh();
        fixture.Server.Faults.Add(SecretsManagerFaults.Error(type, $"quoted {text}", status));
        var error = await backend.ErrorAsync("some/name");

        Assert.Equal(expected, error.Code);
        Assert.Equal("aws", error.Backend);
        Assert.DoesNotContain(text, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, 11 * 1024 * 1024)]
    [InlineData(400, 65 * 1024)]
    public async Task An_answer_that_is_too_large_is_not_taken(int status, int bytes)
    {
        await using var fixture = await AwsFixture.StartAsync();
        fixture.Server.Faults.Add(
            Fault.Status(status, $$"""{"__type":"ResourceNotFoundException",{{new string(' ', bytes)}}"message":"no"}""")
        );
        var error = await fixture.Backend().ErrorAsync("some/name");
        Assert.Equal(SecretErrorCode.Unreachable, error.Code);
        Assert.Contains("more than", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessDeniedException:http://internal.example/", "{}")]
    [InlineData("AccessDeniedException", """{"__type":"InternalServiceError"}""")]
    [InlineData(null, """{"code":"aws.example#AccessDeniedException","Message":"no"}""")]
    [InlineData(null, """{"__type":"AccessDeniedException","code":"InternalServiceError"}""")]
    public async Task An_errors_name_is_read_from_the_header_else_in_the_type_else_in_the_code(string? header, string body)
    {
        await using var fixture = await AwsFixture.StartAsync();
        fixture.Server.Faults.Add(
            header is null ? Fault.Status(400, body) : Fault.Status(400, body, ("x-amzn-ErrorType", header))
        );
        Assert.Equal(SecretErrorCode.Denied, (await fixture.Backend().ErrorAsync("some/name")).Code);
    }

    [Fact]
    public async Task A_deleted_secret_in_a_batch_is_deleted_and_the_others_are_there()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        await backend.SetAsync("one", "one-text");
        await backend.SetAsync("two", "two-text");
        await backend.DeleteAsync(BackendCalls.LocationOf("one"), TestContext.Current.CancellationToken);
        fixture.Server.Faults.Add(SecretsManagerFaults.BatchErrors("InternalServiceError", "three"));

        var answers = await backend.ReadAsync(
            [
                BackendCalls.Request("one"),
                BackendCalls.Request("two"),
                BackendCalls.Request("three"),
                BackendCalls.Request("four"),
            ],
            TestContext.Current.CancellationToken
        );
        Assert.Equal(SecretErrorCode.Deleted, answers[0].Error?.Code);
        Assert.Equal("two-text", Assert.Single(answers[1].Values!).Reveal());
        Assert.True(answers[2].Error!.IsTransient);
        Assert.Equal(SecretErrorCode.Missing, answers[3].Error?.Code);
        Assert.All(answers.Where(answer => answer.Succeeded), answer => Assert.Equal(36, answer.RequestId!.Length));
    }

    [Fact]
    public async Task Where_batches_are_denied_each_is_read_by_its_own_call()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var admin = fixture.Backend();
        await admin.SetAsync("one", "one-text");
        await admin.SetAsync("two", "two-text");
        var credential = fixture.Server.IssueCredential();
        fixture.Server.Deny(credential.AccessKeyId, "BatchGetSecretValue");
        var backend = fixture.Backend(credential);
        for (var i = 0; i < 2; i++)
        {
            var answers = await backend.ReadAsync(
                [BackendCalls.Request("one"), BackendCalls.Request("two")],
                TestContext.Current.CancellationToken
            );
            Assert.Equal(["one-text", "two-text"], answers.Select(answer => Assert.Single(answer.Values!).Reveal()));
        }
        Assert.Equal(1, fixture.Server.Requests.Of("BatchGetSecretValue"));
        Assert.Equal(1, fixture.Log.Count(3009));
    }

    [Fact]
    public async Task Credentials_that_AWS_takes_no_longer_are_fetched_again_once()
    {
        await using var fixture = await AwsFixture.StartAsync();
        await fixture.Backend().SetAsync("one", "one-text");
        var credentials = new FetchedCredentials(() => fixture.Server.IssueTemporaryCredential(TimeSpan.FromHours(1)));
        var backend = fixture.Backend(options => options.Credentials = credentials);
        Assert.Equal("one-text", await backend.TextAsync("one"));
        fixture.Server.Expire(credentials.Last!.AccessKeyId);
        Assert.Equal("one-text", await backend.TextAsync("one"));
        Assert.Equal(2, credentials.Fetches);
        Assert.Null(backend.Problem);
    }

    [Fact]
    public async Task Too_large_a_value_is_refused_before_anything_is_written()
    {
        await using var fixture = await AwsFixture.StartAsync();
        var backend = fixture.Backend();
        var error = await Assert.ThrowsAsync<SecretWriteException>(() => backend.SetAsync("one", new string('é', 32_769)));
        Assert.Contains("65538", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Requests.Of("CreateSecret"));
        await backend.SetAsync("one", new string('é', 32_768));
    }
}
