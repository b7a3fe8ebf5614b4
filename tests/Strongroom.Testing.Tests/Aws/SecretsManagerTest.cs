using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Testing.Tests.Aws;

/// <summary>A Secrets Manager on a clock that the test moves, and a caller who may do everything, one for each test.</summary>
public abstract class SecretsManagerTest : IAsyncLifetime
{
    private readonly List<AwsCaller> callers = [];

    private protected SecretsManagerServer Server { get; private set; } = null!;

    private protected AwsCaller Root { get; private set; } = null!;

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 14, 30, 0, TimeSpan.Zero));

    private protected virtual SecretsManagerServerOptions Options => new();

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected SecretsManagerCredential RootCredential => new(Server.AccessKeyId, Server.SecretAccessKey);

    public virtual async ValueTask InitializeAsync()
    {
        var options = Options;
        options.TimeProvider = Time;
        Server = await SecretsManagerServer.StartAsync(options, Ct);
        Root = As(RootCredential);
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var caller in callers)
            caller.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static string Random() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private protected AwsCaller As(
        SecretsManagerCredential credential,
        string region = "us-east-1",
        SecretsManagerServer? server = null
    )
    {
        var caller = new AwsCaller((server ?? Server).Url, credential, Time, region);
        callers.Add(caller);
        return caller;
    }

    /// <summary>A new secret; its first version's id.</summary>
    private protected async Task<string> CreateAsync(string name, string? value = null)
    {
        var token = Random();
        await Root.DoAsync(
            "CreateSecret",
            new
            {
                Name = name,
                ClientRequestToken = token,
                SecretString = value ?? Random(),
            }
        );
        return token;
    }

    /// <summary>A new version; its id.</summary>
    private protected async Task<string> PutAsync(string name, string? value = null, params string[] stages)
    {
        var token = Random();
        if (stages.Length == 0)
            await Root.DoAsync(
                "PutSecretValue",
                new
                {
                    SecretId = name,
                    ClientRequestToken = token,
                    SecretString = value ?? Random(),
                }
            );
        else
            await Root.DoAsync(
                "PutSecretValue",
                new
                {
                    SecretId = name,
                    ClientRequestToken = token,
                    SecretString = value ?? Random(),
                    VersionStages = stages,
                }
            );
        return token;
    }

    /// <summary>The id of the version that a label is on; null where it is on none.</summary>
    private protected async Task<string?> StagedAsync(string name, string stage)
    {
        var answer = await Root.CallAsync("GetSecretValue", new { SecretId = name, VersionStage = stage });
        return answer.Status == 200 ? answer.Json.Text("VersionId") : null;
    }

    private protected async Task<bool> HoldsAsync(string name, string value, AwsCaller? caller = null) =>
        (await (caller ?? Root).DoAsync("GetSecretValue", new { SecretId = name })).Text("SecretString") == value;

    private protected static IReadOnlyList<string?> Names(JsonElement answer, string list = "SecretList") =>
        [.. answer.GetProperty(list).EnumerateArray().Select(e => e.Text("Name"))];
}
