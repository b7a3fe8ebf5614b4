using System.Text.Json.Nodes;
using Strongroom;
using Strongroom.Aws.Policies;
using Strongroom.Env;
using Strongroom.Testing;

namespace PaperRun.Secrets;

/// <summary>
/// The <c>aws</c> backend: names of this run's own, taken away after it. The service is that of
/// <c>AWS_ENDPOINT_URL_SECRETS_MANAGER</c> with the caller's keys, where it is set, else one in this process, where each service
/// has a key with its own policy.
/// </summary>
internal sealed class AwsSecretSource : ISecretSource
{
    private const string Endpoint = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

    private readonly string _namespace = $"paper-run-{TimeProvider.System.GetUtcNow():yyyyMMddHHmmss}-{Environment.ProcessId}/";
    private readonly Dictionary<string, JsonObject> _written = new(StringComparer.Ordinal);
    private readonly SecretsManagerServer? _own;
    private readonly Uri _url;
    private readonly string _region;
    private readonly (string Id, string Key, string? Token) _keys;
    private readonly FileInfo _dotenv;
    private readonly AwsAdmin _admin;

    private AwsSecretSource(
        SecretsManagerServer? own,
        Uri url,
        string region,
        (string Id, string Key, string? Token) keys,
        FileInfo dotenv
    )
    {
        (_own, _url, _region, _keys, _dotenv) = (own, url, region, keys, dotenv);
        _admin = new AwsAdmin(url, region, keys);
    }

    public string Description =>
        $"AWS Secrets Manager at {_url.GetLeftPart(UriPartial.Authority)}{(_own is null ? "" : " (in this process)")}, names "
        + $"below {_namespace}";

    internal static async Task<AwsSecretSource> StartAsync(FileInfo dotenv, CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable(Endpoint) is not { Length: > 0 } address)
        {
            var own = await SecretsManagerServer.StartAsync(cancellationToken: ct);
            return new AwsSecretSource(own, own.Url, own.Region, (own.AccessKeyId, own.SecretAccessKey, null), dotenv);
        }
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url))
            throw new PaperRunException($"{Endpoint} is not a URL.");
        if (
            Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is not { Length: > 0 } id
            || Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY") is not { Length: > 0 } key
        )
            throw new PaperRunException(
                $"{Endpoint} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY beside it; moto takes any."
            );
        var token = Environment.GetEnvironmentVariable("AWS_SESSION_TOKEN") is { Length: > 0 } text ? text : null;
        return new AwsSecretSource(
            null,
            url,
            Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } region ? region : "us-east-1",
            (id, key, token),
            dotenv
        );
    }

    public async Task<IReadOnlyDictionary<string, string?>> OpenForAsync(
        SecretDeclaration declaration,
        string folder,
        CancellationToken ct
    )
    {
        await WriteSecretsAsync(declaration, ct);
        var keys = _keys;
        if (_own?.IssueCredential(IamPolicy.For(declaration, _namespace, _region, _own.AccountId)) is { } issued)
            keys = (issued.AccessKeyId, issued.SecretAccessKey, null);
        var settings = new Dictionary<string, string?>
        {
            ["SECRET_BACKEND"] = "aws",
            ["SECRET_NAMESPACE"] = _namespace,
            ["AWS_REGION"] = _region,
            [Endpoint] = _url.GetLeftPart(UriPartial.Authority),
            ["AWS_ACCESS_KEY_ID"] = keys.Id,
            ["AWS_SECRET_ACCESS_KEY"] = keys.Key,
        };
        if (keys.Token is not null)
            settings["AWS_SESSION_TOKEN"] = keys.Token;
        return settings;
    }

    /// <summary>Leaves the service as it was found.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_own is null)
                await TakeAwayAsync();
        }
        catch (PaperRunException e)
        {
            OperatorConsole.Say($"{e.Message} What is left there is below {_namespace}.");
        }
        _admin.Dispose();
        if (_own is not null)
            await _own.DisposeAsync();
    }

    private async Task TakeAwayAsync()
    {
        foreach (var name in _written.Keys)
            await _admin.DeleteAsync(name, CancellationToken.None);
    }

    /// <summary>Services share secrets: what another's declaration has written already is no new version.</summary>
    private async Task WriteSecretsAsync(SecretDeclaration declaration, CancellationToken ct)
    {
        using var all = await DevelopmentSecrets.LoadAsync(_dotenv, ct);
        foreach (var stored in declaration.Secrets.GroupBy(secret => _namespace + secret.StoredName.Path, StringComparer.Ordinal))
        {
            var fields = _written.GetValueOrDefault(stored.Key) ?? [];
            var before = fields.Count;
            foreach (var secret in stored.Where(secret => !fields.ContainsKey(secret.StoredName.Field ?? "value")))
            {
                using var value = all.ReadSecret(EnvVariable.NameOf(secret.Name, ""));
                if (value is not null)
                    fields[secret.StoredName.Field ?? "value"] = value.Reveal();
            }
            if (fields.Count == before)
                continue;
            await _admin.WriteAsync(stored.Key, fields.ToJsonString(), ct);
            _written[stored.Key] = fields;
        }
    }
}
