using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws.Cli;

/// <summary>
/// The AWS CLI, pointed at a server of ours, with no file of the machine's user read. Values go by file, never by argument.
/// </summary>
internal sealed class AwsCli(SecretsManagerServer server, SecretsManagerCredential credential, string folder)
{
    private static bool installed;

    private readonly Dictionary<string, string> environment = Environment(credential);

    public static async Task<AwsCli> StartAsync(SecretsManagerServer server, SecretsManagerCredential credential, string folder)
    {
        installed = installed || (await OutsideProgram.RunAsync(folder, "aws", ["--version"], [])).Exit == 0;
        if (!installed)
            OutsideProgram.Miss("the AWS CLI is not installed; run 'eng/peers.sh install'");
        return new AwsCli(server, credential, folder);
    }

    public async Task<(int Exit, string Out, string Errors)> RunAsync(string region, params string[] arguments) =>
        await OutsideProgram.RunAsync(
            folder,
            "aws",
            [
                .. arguments,
                "--endpoint-url",
                server.Url.GetLeftPart(UriPartial.Authority),
                "--region",
                region,
                "--output",
                "json",
            ],
            environment
        );

    /// <summary>A command of <c>secretsmanager</c> that has to work.</summary>
    public async Task<JsonElement> DoAsync(params string[] arguments) => await DoInAsync("us-east-1", arguments);

    public async Task<JsonElement> DoInAsync(string region, params string[] arguments)
    {
        var (exit, text, errors) = await RunAsync(region, ["secretsmanager", .. arguments]);
        Assert.True(exit == 0, $"{string.Join(' ', arguments)}: {errors}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }

    /// <summary>A command that has to be refused so.</summary>
    public async Task RefusedAsync(string error, params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync("us-east-1", ["secretsmanager", .. arguments]);
        Assert.True(exit != 0, $"{string.Join(' ', arguments)} was not refused");
        Assert.Contains($"({error})", errors, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Environment(SecretsManagerCredential credential)
    {
        Dictionary<string, string> environment = new()
        {
            ["AWS_ACCESS_KEY_ID"] = credential.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = credential.SecretAccessKey,
            ["AWS_CONFIG_FILE"] = "/dev/null",
            ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
            ["AWS_PAGER"] = "",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_RETRY_MODE"] = "standard",
            ["AWS_MAX_ATTEMPTS"] = "3",
        };
        if (credential.SessionToken is not null)
            environment["AWS_SESSION_TOKEN"] = credential.SessionToken;
        return environment;
    }
}
