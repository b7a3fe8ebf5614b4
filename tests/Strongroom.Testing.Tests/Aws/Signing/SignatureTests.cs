namespace Strongroom.Testing.Tests.Aws.Signing;

public sealed class SignatureTests : SecretsManagerTest
{
    [Fact]
    public async Task Request_WithoutASignature_IsRefused()
    {
        Root.Tamper = request => request.Headers.Remove("Authorization");
        await Root.RefusedAsync("MissingAuthenticationTokenException", "ListSecrets");
    }

    [Theory]
    [InlineData("Bearer abc")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260302/us-east-1/secretsmanager/aws4_request, SignedHeaders=host")]
    public async Task Request_WithHalfASignature_IsRefused(string authorization)
    {
        Root.Tamper = request =>
        {
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        };
        await Root.RefusedAsync("IncompleteSignatureException", "ListSecrets");
    }

    [Fact]
    public async Task Request_WithAnotherSecretKey_IsRefused()
    {
        await As(RootCredential with { SecretAccessKey = Random() }).RefusedAsync("InvalidSignatureException", "ListSecrets");
        await As(RootCredential with { AccessKeyId = "AKIAUNKNOWN" }).RefusedAsync("UnrecognizedClientException", "ListSecrets");
    }

    [Fact]
    public async Task Request_WhoseBodyChangedAfterwards_IsRefused()
    {
        Root.Tamper = request =>
        {
            var type = request.Content!.Headers.ContentType;
            request.Content = new ByteArrayContent("{ }"u8.ToArray()) { Headers = { ContentType = type } };
        };
        await Root.RefusedAsync("InvalidSignatureException", "ListSecrets");
    }

    [Fact]
    public async Task Request_WhoseTargetChangedAfterwards_IsRefused()
    {
        Root.Tamper = request =>
        {
            request.Headers.Remove("X-Amz-Target");
            request.Headers.Add("X-Amz-Target", "secretsmanager.ListSecrets");
        };
        await Root.RefusedAsync("InvalidSignatureException", "GetRandomPassword");
    }

    [Fact]
    public async Task Request_WithAnAmzHeaderThatIsNotSigned_IsRefused()
    {
        Root.Tamper = request => request.Headers.Add("X-Amz-Extra", "1");
        Assert.Contains(
            "must be a 'SignedHeader'",
            await Root.RefusedAsync("InvalidSignatureException", "ListSecrets"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Request_SignedForAnotherServiceOrNoRegion_IsRefused()
    {
        Assert.Contains(
            "valid region",
            await As(RootCredential, "here").RefusedAsync("InvalidSignatureException", "ListSecrets"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Request_WithAWrongHashOfItsBody_IsRefusedAndWithTheRightOneTaken()
    {
        // Of "{}", which is what is sent.
        Root.Prepare = request =>
            request.Headers.Add("X-Amz-Content-SHA256", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
        await Root.DoAsync("ListSecrets");
        Root.Prepare = request => request.Headers.Add("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD");
        await Root.RefusedAsync("InvalidSignatureException", "ListSecrets");
    }

    // PROTOCOLS 50
    [Fact]
    public async Task TemporaryCredential_WithAndWithoutItsToken_IsTakenAndRefused()
    {
        var temporary = Server.IssueTemporaryCredential(TimeSpan.FromHours(1));
        await As(temporary).DoAsync("ListSecrets");
        await As(temporary with { SessionToken = null }).RefusedAsync("UnrecognizedClientException", "ListSecrets");
        await As(temporary with { SessionToken = Random() }).RefusedAsync("UnrecognizedClientException", "ListSecrets");
        await As(RootCredential with { SessionToken = temporary.SessionToken })
            .RefusedAsync("UnrecognizedClientException", "ListSecrets");
    }

    // PROTOCOLS 47
    [Fact]
    public async Task TemporaryCredential_AfterItsTimeOrExpiredByHand_IsExpired()
    {
        var (timed, ended) = (
            Server.IssueTemporaryCredential(TimeSpan.FromHours(1)),
            Server.IssueTemporaryCredential(TimeSpan.FromHours(9))
        );
        Time.Advance(TimeSpan.FromMinutes(59));
        await As(timed).DoAsync("ListSecrets");
        Time.Advance(TimeSpan.FromMinutes(1));
        await As(timed).RefusedAsync("ExpiredTokenException", "ListSecrets");
        Server.Expire(ended.AccessKeyId);
        await As(ended).RefusedAsync("ExpiredTokenException", "ListSecrets");
    }

    [Fact]
    public async Task Credential_Revoked_IsUnknown()
    {
        var issued = Server.IssueCredential();
        await As(issued).DoAsync("ListSecrets");
        Server.Revoke(issued.AccessKeyId);
        await As(issued).RefusedAsync("UnrecognizedClientException", "ListSecrets");
    }

    // PROTOCOLS 48: the client corrects its clock by the header.
    [Theory]
    [InlineData(300, null)]
    [InlineData(-300, null)]
    [InlineData(301, "Signature expired: ")]
    [InlineData(-301, "Signature not yet current: ")]
    public async Task Request_ByAnotherClock_IsRefusedBeyondFiveMinutesAndToldTheTime(int secondsAhead, string? refusal)
    {
        Server.ClockSkew = TimeSpan.FromSeconds(secondsAhead);
        var answer = await Root.CallAsync("ListSecrets");
        Assert.Equal(refusal is null ? null : "InvalidSignatureException", answer.Error);
        Assert.StartsWith(refusal ?? "", answer.Status == 200 ? "" : answer.Message, StringComparison.Ordinal);
        Assert.Equal((Time.GetUtcNow() + Server.ClockSkew).ToString("R"), answer.Headers["Date"]);
    }
}
