using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws;

/// <summary>AWS's own service model, as botocore carries it, over the answer of every operation.</summary>
public sealed class ServiceModelTests
{
    private static readonly string[] NotServed =
    [
        "DeleteResourcePolicy",
        "GetResourcePolicy",
        "PutResourcePolicy",
        "ValidateResourcePolicy",
    ];

    [Fact]
    public async Task Answers_OfEveryOperation_HaveTheModelsMembersAndErrors()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Aws");
        if ((await OutsideProgram.RunAsync(folder, "python3", ["-c", "import botocore"], [])).Exit != 0)
            OutsideProgram.Miss("botocore is not installed; run 'eng/peers.sh install'");
        await using var server = await SecretsManagerServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var (exit, text, errors) = await OutsideProgram.RunAsync(
            folder,
            "python3",
            ["shapes.py"],
            new()
            {
                ["AWS_ENDPOINT_URL"] = server.Url.GetLeftPart(UriPartial.Authority),
                ["AWS_ACCESS_KEY_ID"] = server.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = server.SecretAccessKey,
                ["AWS_CONFIG_FILE"] = "/dev/null",
                ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
            }
        );
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(text).RootElement;
        Assert.Empty(Texts("found"));
        Assert.Equal(Texts("all").Except(NotServed), Texts("called"));

        IEnumerable<string?> Texts(string name) => seen.GetProperty(name).EnumerateArray().Select(t => t.GetString());
    }
}
