using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws.Secrets;

public sealed class BatchTests : SecretsManagerTest
{
    // PROTOCOLS 59
    [Fact]
    public async Task Batch_WithGoodAndBadIds_SucceedsWithErrorsInside()
    {
        var value = Random();
        await CreateAsync("here", value);
        await CreateAsync("going");
        await Root.DoAsync("DeleteSecret", new { SecretId = "going" });
        var answer = await Root.DoAsync("BatchGetSecretValue", new { SecretIdList = Of("here", "going", "absent") });
        Assert.True(Assert.Single(answer.GetProperty("SecretValues").EnumerateArray()).Text("SecretString") == value);
        Assert.Equal(["going InvalidRequestException", "absent ResourceNotFoundException"], Errors(answer));
    }

    // PROTOCOLS 59
    [Theory]
    [InlineData("{}", "InvalidParameterException")]
    [InlineData("""{"SecretIdList":["a"],"Filters":[{"Key":"name","Values":["a"]}]}""", "InvalidParameterException")]
    [InlineData("""{"SecretIdList":["a"],"MaxResults":5}""", "InvalidParameterException")]
    [InlineData("""{"SecretIdList":[]}""", "ValidationException")]
    [InlineData(
        """{"SecretIdList":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20","21"]}""",
        "ValidationException"
    )]
    [InlineData("""{"Filters":[{"Key":"name","Values":["a"]}],"MaxResults":21}""", "ValidationException")]
    public async Task Batch_ThatIsNone_IsRefused(string request, string error) =>
        await Root.RefusedAsync(error, "BatchGetSecretValue", request);

    // PROTOCOLS 59
    [Fact]
    public async Task Batch_ByFilter_ComesInPages()
    {
        for (var i = 0; i < 5; i++)
            await CreateAsync($"app/{i}");
        await CreateAsync("other");
        var filter = new[] { new { Key = "name", Values = new[] { "app/" } } };
        var first = await Root.DoAsync("BatchGetSecretValue", new { Filters = filter, MaxResults = 3 });
        var second = await Root.DoAsync(
            "BatchGetSecretValue",
            new
            {
                Filters = filter,
                MaxResults = 3,
                NextToken = first.Text("NextToken"),
            }
        );
        Assert.Equal(
            ["app/0", "app/1", "app/2", "app/3", "app/4"],
            Names(first, "SecretValues").Concat(Names(second, "SecretValues"))
        );
        Assert.False(second.TryGetProperty("NextToken", out _));
    }

    // PROTOCOLS 59
    [Fact]
    public async Task Batch_WithoutItsOwnPermission_IsDeniedAndWithoutThatOfASecretPartly()
    {
        await CreateAsync("a");
        await CreateAsync("b");
        var user = Server.IssueCredential();
        Server.Deny(user.AccessKeyId, "GetSecretValue", "a");
        var answer = await As(user).DoAsync("BatchGetSecretValue", new { SecretIdList = Of("a", "b") });
        Assert.Equal(["b"], Names(answer, "SecretValues"));
        Assert.Equal(["a AccessDeniedException"], Errors(answer));
        Server.Deny(user.AccessKeyId, "ListSecrets");
        await As(user)
            .RefusedAsync(
                "AccessDeniedException",
                "BatchGetSecretValue",
                new { Filters = new[] { new { Key = "name", Values = Of("a") } } }
            );
        Server.Deny(user.AccessKeyId, "BatchGetSecretValue");
        await As(user).RefusedAsync("AccessDeniedException", "BatchGetSecretValue", new { SecretIdList = Of("b") });
    }

    [Fact]
    public async Task Batch_StruckByErrorsInside_HasTheRest()
    {
        await CreateAsync("a");
        await CreateAsync("b");
        Server.Faults.AddForNext(SecretsManagerFaults.BatchErrors("InternalServiceError", "a"));
        Server.Faults.AddForNext(SecretsManagerFaults.BatchErrors("DecryptionFailure"));
        var request = new { SecretIdList = Of("a", "b") };
        var (some, all, none) = (
            await Root.DoAsync("BatchGetSecretValue", request),
            await Root.DoAsync("BatchGetSecretValue", request),
            await Root.DoAsync("BatchGetSecretValue", request)
        );
        Assert.Equal(["b"], Names(some, "SecretValues"));
        Assert.Equal(["a InternalServiceError"], Errors(some));
        Assert.Equal(["a DecryptionFailure", "b DecryptionFailure"], Errors(all));
        Assert.Empty(Errors(none));
    }

    private static string[] Of(params string[] texts) => texts;

    private static IReadOnlyList<string> Errors(JsonElement answer) =>
        [.. answer.GetProperty("Errors").EnumerateArray().Select(e => $"{e.Text("SecretId")} {e.Text("ErrorCode")}")];
}
