using Strongroom.Audit;
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
    /// <param name="options">The settings.</param>
    /// <param name="service">The program's service id.</param>
    /// <param name="actor">Who acts. Default: <c>STRONGROOM_OPERATOR</c>, else the login name, marked as unverified.</param>
    /// <param name="environment">The environment that the process runs in.</param>
    /// <param name="backend">The backend's name.</param>
    internal static ProcessIdentity Create(
        StrongroomOptions options,
        string service,
        string? actor,
        DeploymentEnvironment environment,
        string backend
    ) =>
        new(
            service,
            options.Instance ?? $"{service}-{System.Environment.MachineName}",
            actor ?? UnverifiedActor.Resolve(options.Operator, System.Environment.GetEnvironmentVariable),
            environment,
            options.Namespace,
            backend
        );

    internal string EnvironmentName => DeploymentDecision.Names[(int)Environment];

    internal bool IsLocalOrTest => Environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;

    /// <summary>The owner of a new journal.</summary>
    internal InstanceRow CreateInstance(TimeProvider time) =>
        new(
            Instance,
            Guid.NewGuid(),
            Service,
            EnvironmentName,
            Backend,
            System.Environment.MachineName,
            System.Environment.ProcessId,
            Actor,
            time.GetUtcNow()
        );
}
