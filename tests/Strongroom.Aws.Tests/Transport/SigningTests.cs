using System.Text.Json;
using Amazon.Runtime;
using Strongroom.Aws.Tests.Support;
using Strongroom.Peers;

namespace Strongroom.Aws.Tests.Transport;

/// <summary>What leaves this process, signed again by botocore, which shares no code with the SDK.</summary>
public class SigningTests
{
    private const string Sign = """
        import json, sys, datetime, hashlib
        import botocore.auth, botocore.awsrequest, botocore.credentials
        given = json.load(sys.stdin)
        body = bytes.fromhex(given["body"])
        headers = given["headers"]
        signed = headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        region = headers["Authorization"].split("Credential=")[1].split(",")[0].split("/")[2]
        at = datetime.datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
        class Then(datetime.datetime):
            @classmethod
            def utcnow(cls): return at
            @classmethod
            def now(cls, tz=None): return at.replace(tzinfo=tz)
        for module in (botocore.auth.datetime,):
            if hasattr(module, "datetime"):
                times = {"datetime": Then, "timezone": datetime.timezone, "timedelta": datetime.timedelta}
                botocore.auth.datetime = type("m", (), times)
            else: botocore.auth.datetime = Then
        if hasattr(botocore.auth, "get_current_datetime"): botocore.auth.get_current_datetime = lambda remove_tzinfo=True: at
        added = ("host", "x-amz-date", "x-amz-security-token")
        sent = {name: value for name, value in headers.items() if name.lower() in signed and name.lower() not in added}
        request = botocore.awsrequest.AWSRequest(method=given["method"], url=given["url"], data=body, headers=sent)
        credentials = botocore.credentials.Credentials(given["id"], given["key"], given["token"])
        botocore.auth.SigV4Auth(credentials, "secretsmanager", region).add_auth(request)
        token = request.headers.get("X-Amz-Security-Token")
        print(json.dumps({"authorization": request.headers["Authorization"], "token": token}))
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_carries_the_signature_that_botocore_makes(bool isTemporary)
    {
        var python = Python.With("botocore");
        if (python is null && PeerMissingException.MayBeSkipped)
            Assert.Skip("botocore is not installed.");
        await using var fixture = await AwsFixture.StartAsync();
        await using var relay = await Relay.StartAsync(fixture.Server.Url);
        var (id, key, token) = (
            "AKIA" + AwsFixture.Fresh(),
            AwsFixture.Fresh() + AwsFixture.Fresh(),
            isTemporary ? AwsFixture.Fresh() + "/+=" : null
        );
        var backend = fixture.Backend(options =>
        {
            options.Endpoint = relay.Url;
            options.Credentials = token is null ? new BasicAWSCredentials(id, key) : new SessionAWSCredentials(id, key, token);
        });
        await backend.AskAsync("some/secret with+no=end@all".Replace(' ', '_'));

        Assert.True(relay.Requests.TryDequeue(out var sent));
        Assert.Equal(token, sent.Headers.GetValueOrDefault("X-Amz-Security-Token"));
        using var answer = JsonDocument.Parse(
            await PythonScript.RunAsync(
                python!,
                Sign,
                JsonSerializer.Serialize(
                    new
                    {
                        method = sent.Method,
                        url = sent.Url,
                        headers = sent.Headers,
                        body = Convert.ToHexString(sent.Body),
                        id,
                        key,
                        token,
                    }
                )
            )
        );
        Assert.Equal(Parts(answer.RootElement.GetProperty("authorization").GetString()!), Parts(sent.Headers["Authorization"]));
        Assert.Equal(isTemporary, sent.Headers["Authorization"].Contains("x-amz-security-token", StringComparison.Ordinal));
    }

    private static string[] Parts(string authorization) =>
        [.. authorization.Replace("AWS4-HMAC-SHA256", "", StringComparison.Ordinal).Split(',', StringSplitOptions.TrimEntries)];
}
