namespace Strongroom.Testing.Tests.Aws;

public sealed class SecretsManagerFaultsTests : SecretsManagerTest
{
    // PROTOCOLS 47
    [Fact]
    public async Task Faults_ByName_AnswerAsTheServiceDoes()
    {
        foreach (
            var (fault, status, error) in new[]
            {
                (SecretsManagerFaults.Throttled(), 400, "ThrottlingException"),
                (SecretsManagerFaults.InternalError(), 500, "InternalServiceError"),
                (SecretsManagerFaults.Unavailable(), 503, "ServiceUnavailable"),
                (SecretsManagerFaults.ExpiredToken(), 400, "ExpiredTokenException"),
                (SecretsManagerFaults.UnrecognizedClient(), 400, "UnrecognizedClientException"),
                (SecretsManagerFaults.RequestExpired(), 400, "RequestExpired"),
                (SecretsManagerFaults.Denied(), 400, "AccessDeniedException"),
                (SecretsManagerFaults.DecryptionFailure(), 400, "DecryptionFailure"),
            }
        )
        {
            Server.Faults.AddForNext(fault);
            var answer = await Root.CallAsync("ListSecrets");
            Assert.Equal((status, error), (answer.Status, answer.Error));
            Assert.NotEmpty(answer.Message);
            Assert.Equal(Time.GetUtcNow().ToString("R"), answer.Headers["Date"]);
            Assert.Equal("application/x-amz-json-1.1", answer.Headers["Content-Type"]);
        }
    }

    // PROTOCOLS 46: where the kind is, and what may be around it.
    [Fact]
    public async Task Error_WithANamespaceOrInAHeader_IsSentAsSaid()
    {
        Server.Faults.AddForNext(
            SecretsManagerFaults.Error("com.amazonaws.secretsmanager#ThrottlingException:http://internal/", "Rate exceeded")
        );
        Server.Faults.AddForNext(Fault.Status(400, "{}", ("X-Amzn-Errortype", "ThrottlingException:http://internal/")));
        Assert.Equal(
            "com.amazonaws.secretsmanager#ThrottlingException:http://internal/",
            (await Root.CallAsync("ListSecrets")).Error
        );
        Assert.Equal("ThrottlingException:http://internal/", (await Root.CallAsync("ListSecrets")).Headers["X-Amzn-Errortype"]);
    }

    [Fact]
    public async Task Fault_OnOneOperation_LeavesTheOthers()
    {
        await CreateAsync("a");
        using var fault = Server.Faults.Add(
            SecretsManagerFaults.Throttled(),
            SecretsManagerFaults.Only("GetSecretValue", times: 1)
        );
        await Root.DoAsync("DescribeSecret", new { SecretId = "a" });
        await Root.RefusedAsync("ThrottlingException", "GetSecretValue", new { SecretId = "a" });
        await Root.DoAsync("GetSecretValue", new { SecretId = "a" });
        Assert.Equal(1, fault.Hits);
    }

    [Fact]
    public async Task HalfBody_OfASecret_BreaksOff()
    {
        await CreateAsync("a");
        Server.Faults.AddForNext(Fault.HalfBody());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Root.CallAsync("GetSecretValue", new { SecretId = "a" }));
    }

    // PROTOCOLS 53: a client that does not know whether its write was done may send it again.
    [Fact]
    public async Task ResetAfterWork_OfAWrite_LeavesItDoneOnceHoweverOftenItIsRepeated()
    {
        await CreateAsync("a");
        var request = new
        {
            SecretId = "a",
            ClientRequestToken = Random(),
            SecretString = Random(),
        };
        Server.Faults.AddForNext(Fault.ResetAfterWork());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Root.CallAsync("PutSecretValue", request));
        await Root.DoAsync("PutSecretValue", request);
        Assert.Equal(
            2,
            (await Root.DoAsync("ListSecretVersionIds", new { SecretId = "a" })).GetProperty("Versions").GetArrayLength()
        );
    }
}
