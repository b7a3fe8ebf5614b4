using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;
using Strongroom.Conformance;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Conformance;

/// <summary>The Secrets Manager in this process, with a credential that can be denied single secrets.</summary>
internal sealed class ServerFixture : BackendFixture
{
    private readonly AwsFixture _room;
    private readonly SecretsManagerCredential _credential;

    private ServerFixture(AwsFixture fixture)
    {
        _room = fixture;
        _credential = fixture.Server.IssueCredential();
        Backend = OpenAnother();
    }

    public override ISecretBackend Backend { get; }

    public override string Namespace => "test/";

    public override bool RewritesDeleted => false;

    public override SecretVersion UnknownVersion { get; } = new(Guid.NewGuid().ToString());

    public static async Task<BackendFixture> StartAsync() => new ServerFixture(await AwsFixture.StartAsync());

    public override ISecretBackend OpenAnother() =>
        _room.Backend(options => options.Credentials = AwsFixture.Of(_credential), Namespace);

    public override Task CutAsync() => _room.Server.StopListeningAsync();

    public override Task MendAsync() => _room.Server.ListenAgainAsync();

    public override Task DenyAsync(SecretLocation place)
    {
        _room.Server.Deny(_credential.AccessKeyId, "GetSecretValue", place.StoredName.Path);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => _room.DisposeAsync();
}
