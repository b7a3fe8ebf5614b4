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
    internal string EnvironmentName => DeploymentDecision.Names[(int)Environment];

    internal bool IsLocalOrTest => Environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;

    /// <param name="service">The program's service id.</param>
    /// <param name="options">The settings that name the instance, the operator and the namespace.</param>
    /// <param name="environment">The environment that the process runs in.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="actor">Who acts; null for who the process itself says it is.</param>
    internal static ProcessIdentity Of(
        string service,
        StrongroomOptions options,
        DeploymentEnvironment environment,
        string backend,
        string? actor = null
    ) =>
        new(
            service,
            options.Instance ?? $"{service}-{System.Environment.MachineName}",
            actor ?? UnverifiedActor.Resolve(options.Operator, System.Environment.GetEnvironmentVariable),
            environment,
            options.Namespace,
            backend
        );

    /// <summary>A row for a journal of this process; each journal is a boot of its own.</summary>
    internal InstanceRow NewBoot(TimeProvider time) =>
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
