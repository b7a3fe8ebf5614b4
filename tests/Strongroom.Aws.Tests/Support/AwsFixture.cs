using System.Security.Cryptography;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Support;

/// <summary>
/// A Secrets Manager in this process, and backends that talk to it. Backends run on the test's clock; signatures on the true one.
/// </summary>
internal sealed class AwsFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<AwsBackend> _backends = [];

    private AwsFixture(SecretsManagerServer server) => Server = server;

    public SecretsManagerServer Server { get; }

    public WatchedTime Time { get; } = new(new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero));

    public CollectingLoggerProvider Log { get; } = new();

    public string Folder => _folder.Path;

    public static string Fresh() => Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    public static async Task<AwsFixture> StartAsync(Action<SecretsManagerServerOptions>? configure = null)
    {
        var options = new SecretsManagerServerOptions { Region = "eu-central-1" };
        configure?.Invoke(options);
        return new AwsFixture(await SecretsManagerServer.StartAsync(options));
    }

    /// <summary>A client of the server; by default with the credential that may do everything.</summary>
    public AwsBackend Backend(Action<AwsOptions>? configure = null, string @namespace = "")
    {
        var options = new AwsOptions
        {
            Region = Server.Region,
            Endpoint = Server.Url,
            Credentials = new BasicAWSCredentials(Server.AccessKeyId, Server.SecretAccessKey),
        };
        configure?.Invoke(options);
        return Keep(new AwsBackend(options, @namespace, Time, Loggers().CreateLogger("Strongroom.Aws")));
    }

    public AwsBackend Backend(SecretsManagerCredential credential, Action<AwsOptions>? configure = null) =>
        Backend(options =>
        {
            options.Credentials = Of(credential);
            configure?.Invoke(options);
        });

    public static AWSCredentials Of(SecretsManagerCredential credential) =>
        credential.SessionToken is { } token
            ? new SessionAWSCredentials(credential.AccessKeyId, credential.SecretAccessKey, token)
            : new BasicAWSCredentials(credential.AccessKeyId, credential.SecretAccessKey);

    public ILoggerFactory Loggers() => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));

    public async ValueTask DisposeAsync()
    {
        Server.Faults.Clear();
        _backends.ForEach(backend => backend.Dispose());
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private AwsBackend Keep(AwsBackend backend)
    {
        _backends.Add(backend);
        return backend;
    }
}
