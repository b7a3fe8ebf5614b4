using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;
using Strongroom.Conformance;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Conformance;

/// <summary>The Secrets Manager in this process, with a credential that can be denied single secrets.</summary>
internal sealed class ServerFixture : BackendFixture
{
    private readonly AwsFixture _fixture;
    private readonly SecretsManagerCredential _credential;

    private ServerFixture(AwsFixture fixture)
    {
        _fixture = fixture;
        _credential = fixture.Server.IssueCredential();
        Backend = OpenAnother();
    }

    public override ISecretBackend Backend { get; }

    public override string Namespace => "test/";

    public override bool RewritesDeleted => false;

    public override SecretVersion UnknownVersion { get; } = new(Guid.NewGuid().ToString());

    public static async Task<BackendFixture> StartAsync() => new ServerFixture(await AwsFixture.StartAsync());

    public override ISecretBackend OpenAnother() =>
        _fixture.Backend(options => options.Credentials = AwsFixture.Of(_credential), Namespace);

    public override Task CutAsync() => _fixture.Server.StopListeningAsync();

    public override Task MendAsync() => _fixture.Server.ListenAgainAsync();

    public override Task DenyAsync(SecretLocation location)
    {
        _fixture.Server.Deny(_credential.AccessKeyId, "GetSecretValue", location.StoredName.Path);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
