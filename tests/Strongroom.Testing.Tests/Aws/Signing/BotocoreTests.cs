using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws.Signing;

/// <summary>botocore's signer as a witness that does not know our reading of Signature Version 4.</summary>
public sealed class BotocoreTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Aws", "Signing");

    // PROTOCOLS 50
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Botocore_SigningRequests_IsTakenAndRefusedAfterOneByteChanged(bool temporary)
    {
        if ((await OutsideProgram.RunAsync(Folder, "python3", ["-c", "import botocore"], [])).Exit != 0)
            OutsideProgram.Miss("botocore is not installed; run 'eng/peers.sh install'");
        await using var server = await SecretsManagerServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var credential = temporary ? server.IssueTemporaryCredential(TimeSpan.FromHours(1)) : server.IssueCredential();
        Dictionary<string, string> environment = new()
        {
            ["AWS_ENDPOINT_URL"] = server.Url.GetLeftPart(UriPartial.Authority),
            ["AWS_ACCESS_KEY_ID"] = credential.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = credential.SecretAccessKey,
        };
        if (credential.SessionToken is not null)
            environment["AWS_SESSION_TOKEN"] = credential.SessionToken;
        var (exit, text, errors) = await OutsideProgram.RunAsync(Folder, "python3", ["sign.py"], environment);
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(text).RootElement;
        foreach (var taken in new[] { "whole", "spaces", "identity" })
            Assert.Equal("200", seen.Text(taken));
        foreach (var refused in new[] { "wrong_service", "body", "signature", "date", "region", "target" })
            Assert.Equal("400 InvalidSignatureException", seen.Text(refused));
        Assert.Equal("403 SignatureDoesNotMatch", seen.Text("identity_body"));
        if (temporary)
            Assert.Equal(
                ("400 UnrecognizedClientException", "400 UnrecognizedClientException"),
                (seen.Text("token"), seen.Text("no_token"))
            );
    }
}
