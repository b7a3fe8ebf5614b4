using Strongroom.Env;

namespace Strongroom.Cli.Session;

/// <summary>Where an operator finds a declared secret: <c>env</c> goes by the name, the others by the place.</summary>
internal static class DeclaredLocation
{
    internal static SecretName Of(DeclaredSecret secret, string backend) =>
        backend == EnvBackend.BackendName ? secret.Name : secret.At;
}
