using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;
using Strongroom.Conformance;
using Strongroom.Peers;

namespace Strongroom.Aws.Tests.Conformance;

/// <summary>moto, which can neither be cut off for one test nor deny anything: a relay before it does.</summary>
internal sealed class MotoBackendFixture : BackendFixture
{
    private readonly Relay _relay;
    private readonly List<AwsBackend> _backends = [];

    private MotoBackendFixture(Relay relay)
    {
        _relay = relay;
        Backend = OpenAnother();
    }

    public override ISecretBackend Backend { get; }

    public override string Namespace { get; } = $"t{AwsFixture.Fresh()}/";

    public override bool RewritesDeleted => false;

    public override SecretVersion UnknownVersion { get; } = new(Guid.NewGuid().ToString());

    public static async Task<BackendFixture> StartAsync(MotoServer moto) =>
        new MotoBackendFixture(await Relay.StartAsync(moto.Url));

    public override ISecretBackend OpenAnother()
    {
        var options = new AwsOptions
        {
            Region = "eu-central-1",
            Endpoint = _relay.Url,
            Credentials = new BasicAWSCredentials(AwsFixture.Fresh(), AwsFixture.Fresh()),
        };
        var backend = new AwsBackend(options, Namespace, TimeProvider.System, NullLogger.Instance);
        _backends.Add(backend);
        return backend;
    }

    public override Task CutAsync()
    {
        _relay.IsCut = true;
        return Task.CompletedTask;
    }

    public override Task MendAsync()
    {
        _relay.IsCut = false;
        return Task.CompletedTask;
    }

    public override Task DenyAsync(SecretLocation location)
    {
        _relay.Denied[location.StoredName.Path] = true;
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        _backends.ForEach(backend => backend.Dispose());
        await _relay.DisposeAsync();
    }
}
