using System.Net.Sockets;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws;

public sealed class SecretsManagerServerTests : SecretsManagerTest
{
    private readonly CollectingLoggerProvider logs = new();

    private protected override SecretsManagerServerOptions Options => new() { LoggerProvider = logs };

    [Theory]
    [InlineData("production")]
    [InlineData("staging")]
    [InlineData("Local")]
    public async Task Start_InAnotherDeployment_IsRefused(string environment)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            SecretsManagerServer.StartAsync(new() { DeploymentEnvironment = environment }, Ct)
        );
        Assert.Contains($"DEPLOYMENT_ENV is '{environment}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Unset DEPLOYMENT_ENV", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("local")]
    [InlineData("test")]
    public async Task Start_LocallyOrInTest_Listens(string? environment)
    {
        await using var server = await SecretsManagerServer.StartAsync(new() { DeploymentEnvironment = environment }, Ct);
        Assert.True(server.Url.IsLoopback);
    }

    [Fact]
    public async Task Start_WithWrongOptions_NamesEveryFaultAndNoSecret()
    {
        var secret = "with space " + Random();
        var fault = await Assert.ThrowsAsync<ArgumentException>(() =>
            SecretsManagerServer.StartAsync(
                new()
                {
                    Port = -1,
                    Region = "here",
                    AccountId = "12",
                    AccessKeyId = "",
                    SecretAccessKey = secret,
                    ListLag = TimeSpan.FromSeconds(-1),
                    NameReuseDelay = TimeSpan.FromSeconds(-1),
                    ReadsPerSecond = 0,
                    WritesPerSecond = 0,
                },
                Ct
            )
        );
        foreach (
            var name in new[]
            {
                "Port",
                "Region",
                "AccountId",
                "AccessKeyId",
                "SecretAccessKey",
                "ListLag",
                "NameReuseDelay",
                "ReadsPerSecond",
                "WritesPerSecond",
            }
        )
            Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, fault.Message, StringComparison.Ordinal);
    }

    // DNS rebinding: a page in a browser must not reach it by a name of its own.
    [Theory]
    [InlineData("secretsmanager.us-east-1.amazonaws.com.example")]
    [InlineData("sts.us-east-1.amazonaws.com")]
    [InlineData("127.0.0.1:1")]
    public async Task Request_MeantForAnotherHost_IsRefused(string host)
    {
        Root.Tamper = request => request.Headers.Host = host;
        Assert.Equal(421, (await Root.CallAsync("ListSecrets")).Status);
    }

    // PROTOCOLS 44
    [Theory]
    [InlineData("secretsmanager.us-east-1.amazonaws.com")]
    [InlineData("secretsmanager-fips.us-gov-west-1.amazonaws.com")]
    [InlineData("secretsmanager.cn-north-1.amazonaws.com.cn")]
    public async Task Request_MeantForAWSItself_IsLookedAtAsAProxyPassesItOn(string host)
    {
        Root.Tamper = request => request.Headers.Host = host;
        await Root.RefusedAsync("InvalidSignatureException", "ListSecrets"); // it was signed for another
    }

    [Fact]
    public async Task StopListening_ThenListenAgain_KeepsPortCredentialsAndSecrets()
    {
        var (url, value) = (Server.Url, Random());
        await CreateAsync("kept", value);
        await Server.StopListeningAsync();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => Root.CallAsync("ListSecrets"));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        await Server.ListenAgainAsync(Ct);
        Assert.Equal(url, Server.Url);
        Assert.True(await HoldsAsync("kept", value));
    }

    [Fact]
    public async Task Logs_AtTraceLevel_HoldNoSecretAndNoKey()
    {
        var value = Random();
        await CreateAsync("quiet", value);
        await Root.DoAsync("GetSecretValue", new { SecretId = "quiet" });
        await Root.CallAsync("CreateSecret", "{\"SecretString\":\"" + value);
        await Server.StopListeningAsync();
        var text = logs.All;
        Assert.Contains("POST", text, StringComparison.Ordinal);
        Assert.True(new LeakDetector(value, Server.SecretAccessKey).Scan(text, "logs").IsClean);
    }

    [Fact]
    public async Task Requests_OfSeveralKinds_AreCountedByOperationStatusAndError()
    {
        await CreateAsync("a");
        await Root.CallAsync("GetSecretValue", new { SecretId = "a" });
        await Root.CallAsync("GetSecretValue", new { SecretId = "b" });
        Server.Faults.AddForNext(SecretsManagerFaults.Throttled());
        await Root.CallAsync("GetSecretValue", new { SecretId = "a" });
        Assert.Equal(3, Server.Requests.Of("GetSecretValue"));
        Assert.Equal(1, Server.Requests.Of("GetSecretValue", status: 200));
        Assert.Equal(1, Server.Requests.Of(error: "ResourceNotFoundException"));
        Assert.Equal((4, 1), (Server.Requests.Total, Server.Requests.Connections));
    }

    // PROTOCOLS 44
    [Theory]
    [InlineData("secretsmanager.Nothing")]
    [InlineData("SecretsManager.ListSecrets")]
    [InlineData("ListSecrets")]
    public async Task Request_WithAnotherTarget_IsUnknown(string target)
    {
        Root.Prepare = request =>
        {
            request.Headers.Remove("X-Amz-Target");
            request.Headers.Add("X-Amz-Target", target);
        };
        await Root.RefusedAsync("UnknownOperationException", "ListSecrets");
    }

    // PROTOCOLS 44
    [Fact]
    public async Task Request_WithPlainJson_IsUnknownAndAnAnswerSaysWhatItIs()
    {
        Assert.Equal("application/x-amz-json-1.1", (await Root.CallAsync("ListSecrets")).Headers["Content-Type"]);
        Root.Prepare = request => request.Content!.Headers.ContentType = new("application/json");
        await Root.RefusedAsync("UnknownOperationException", "ListSecrets");
    }

    // PROTOCOLS 45
    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"MaxResults":"many"}""")]
    [InlineData("""{"Filters":{}}""")]
    public async Task Request_WithWhatIsNoInput_IsRefusedAsSuch(string body) =>
        await Root.RefusedAsync("SerializationException", "ListSecrets", body);

    // PROTOCOLS 45
    [Fact]
    public async Task Request_WithUnknownAndNullMembers_IsTaken() =>
        await Root.DoAsync("ListSecrets", """{"Nothing":[1],"MaxResults":null,"Filters":null}""");

    // PROTOCOLS 45
    [Fact]
    public async Task Moments_InAnswers_AreSecondsWithAFraction()
    {
        Time.Advance(TimeSpan.FromMilliseconds(250));
        await CreateAsync("a");
        var created = (await Root.DoAsync("DescribeSecret", new { SecretId = "a" })).GetProperty("CreatedDate");
        Assert.Equal((JsonValueKind.Number, 1772461800.25m), (created.ValueKind, created.GetDecimal()));
    }

    // PROTOCOLS 46, 47
    [Fact]
    public async Task Errors_OfTheModelAndOfAllServices_SpellTheirTextDifferently()
    {
        var modelled = await Root.CallAsync("GetSecretValue", new { SecretId = "a" });
        var shared = await As(RootCredential with { AccessKeyId = "AKIA" }).CallAsync("ListSecrets");
        Assert.Equal("Secrets Manager can't find the specified secret.", modelled.Json.Text("Message"));
        Assert.Equal("The security token included in the request is invalid.", shared.Json.Text("message"));
    }

    [Fact]
    public async Task Answers_GoodAndBad_HaveARequestIdOfTheirOwn()
    {
        var ids = new[]
        {
            await Root.CallAsync("ListSecrets"),
            await Root.CallAsync("ListSecrets"),
            await Root.CallAsync("Nothing"),
        }
            .Select(a => a.Headers["x-amzn-RequestId"])
            .ToList();
        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Guid.Parse(id));
    }

    [Fact]
    public void Credential_Printed_ShowsItsIdAlone() => Assert.Equal(Server.AccessKeyId, RootCredential.ToString());
}
