using Strongroom.Backends;
using Strongroom.Conformance;
using Strongroom.Env;

namespace Strongroom.Tests.Env.Conformance;

/// <summary>A <c>.env</c> of its own. What is a network's failure elsewhere is here a file that cannot be trusted.</summary>
internal sealed class EnvFixture : BackendFixture
{
    private readonly TemporaryFolder _folder = new();

    internal EnvFixture() => Backend = OpenAnother();

    public override ISecretBackend Backend { get; }

    public override SecretErrorCode CutCode => SecretErrorCode.DotenvInvalid;

    public override SecretErrorCode DeniedCode => SecretErrorCode.DotenvInvalid;

    public override bool DeniesSingly => false;

    public override ISecretBackend OpenAnother() =>
        new EnvBackend(
            new EnvBackendSettings
            {
                DotenvPath = Dotenv,
                Environment = DeploymentEnvironment.Test,
                Time = TimeProvider.System,
                Declaration = SecretDeclaration.Parse(Declaration),
                ProcessVariable = _ => null,
                StateFolder = _folder.At("state"),
            }
        );

    public override Task CutAsync() => OpenToOthers();

    public override Task MendAsync()
    {
        File.SetUnixFileMode(Dotenv, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Task.CompletedTask;
    }

    public override Task DenyAsync(SecretLocation location) => OpenToOthers();

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private string Dotenv => _folder.At(".env");

    private Task OpenToOthers()
    {
        File.SetUnixFileMode(Dotenv, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        return Task.CompletedTask;
    }
}
