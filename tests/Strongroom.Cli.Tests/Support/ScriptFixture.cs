using System.Globalization;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Support;

/// <summary>A folder, a backend and the variables of one script.</summary>
internal sealed class ScriptFixture : IAsyncDisposable
{
    private readonly VaultServer? _vault;
    private readonly SecretsManagerServer? _aws;

    private ScriptFixture(string folder, string backend, VaultServer? vault, SecretsManagerServer? aws)
    {
        _vault = vault;
        _aws = aws;
        Folder = folder;
        Variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["SECRET_BACKEND"] = backend,
            ["XDG_STATE_HOME"] = Path.Combine(folder, "state"),
            ["HOME"] = folder,
            ["PATH"] = "/usr/bin:/bin",
            ["STRONGROOM_OPERATOR"] = "script",
        };
        var placeholders = new Dictionary<string, string> { ["folder"] = folder };
        if (vault is not null)
        {
            Variables["VAULT_ADDR"] = placeholders["vault"] = vault.Url.ToString().TrimEnd('/');
            Variables["VAULT_TOKEN"] = placeholders["token"] = vault.RootToken;
        }
        if (aws is not null)
        {
            Variables["AWS_ENDPOINT_URL"] = placeholders["aws"] = aws.Url.ToString().TrimEnd('/');
            Variables["AWS_EC2_METADATA_DISABLED"] = "true";
            Variables["AWS_REGION"] = placeholders["region"] = aws.Region;
            placeholders["account"] = aws.AccountId;
            LogIn(new SecretsManagerCredential(aws.AccessKeyId, aws.SecretAccessKey));
        }
        Placeholders = new ScriptPlaceholders(placeholders);
    }

    internal VaultServer? Vault => _vault;

    internal SecretsManagerServer? Aws => _aws;

    /// <summary>What one logs in to AWS with, which must not be in any output.</summary>
    internal List<string> AwsKeys { get; } = [];

    internal string Folder { get; }

    internal Dictionary<string, string> Variables { get; }

    internal ScriptPlaceholders Placeholders { get; }

    internal static async Task<ScriptFixture> OpenAsync(string backend)
    {
        var folder = Directory.CreateTempSubdirectory("strongroom-script-").FullName;
        return new ScriptFixture(
            folder,
            backend,
            backend == "vault" ? await VaultServer.StartAsync() : null,
            backend == "aws" ? await SecretsManagerServer.StartAsync() : null
        );
    }

    /// <summary>From here on, commands ask AWS with these.</summary>
    internal void LogIn(SecretsManagerCredential credential)
    {
        Variables["AWS_ACCESS_KEY_ID"] = credential.AccessKeyId;
        Variables["AWS_SECRET_ACCESS_KEY"] = credential.SecretAccessKey;
        AwsKeys.AddRange([credential.AccessKeyId, credential.SecretAccessKey]);
        if (credential.SessionToken is not { } token)
            return;
        Variables["AWS_SESSION_TOKEN"] = token;
        AwsKeys.Add(token);
    }

    internal async Task HappenAsync(ScriptEvent happened)
    {
        switch (happened.What.Split(' '))
        {
            case ["seal"]:
                _vault!.Seal();
                break;
            case ["unseal"]:
                _vault!.Unseal();
                break;
            case ["stop"]:
                await (_vault?.StopListeningAsync() ?? _aws!.StopListeningAsync());
                break;
            case ["temporary"]:
                LogIn(_aws!.IssueTemporaryCredential(TimeSpan.FromHours(1)));
                break;
            case ["expire"]:
                _aws!.Expire(Variables["AWS_ACCESS_KEY_ID"]);
                break;
            case ["unknown"]:
                _aws!.Revoke(Variables["AWS_ACCESS_KEY_ID"]);
                break;
            case ["limited"]:
                LogIn(_aws!.IssueCredential(string.Concat(happened.Lines.Select(Placeholders.Fill))));
                break;
            case ["file", var path, var mode]:
                var target = Path.Combine(Folder, path);
                await File.WriteAllTextAsync(
                    target,
                    string.Concat(happened.Lines.Select(line => Placeholders.Fill(line) + "\n"))
                );
                File.SetUnixFileMode(target, (UnixFileMode)Convert.ToInt32(mode, 8));
                break;
            default:
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'! {happened.What}' is no event."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_vault is not null)
            await _vault.DisposeAsync();
        if (_aws is not null)
            await _aws.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
