using Strongroom.Deployment;

namespace Strongroom;

/// <summary>Identifies this process in the audit and in trips.</summary>
internal sealed record ProcessIdentity(
    string Service,
    string Instance,
    string Actor,
    DeploymentEnvironment Environment,
    string Namespace,
    string Backend
)
{
    internal string EnvironmentName => DeploymentDecision.Names[(int)Environment];

    internal bool IsLocalOrTest => Environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;
}
