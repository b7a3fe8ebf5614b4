namespace Strongroom;

/// <summary>
/// The effective identity and environment of a composed manager. Resolved from the container; holds no secret.
/// </summary>
/// <param name="Service">The service's id.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Environment">The environment that the process runs in.</param>
/// <param name="Backend">The selected backend.</param>
/// <param name="Namespace">The prefix of every name; empty if there is none.</param>
/// <param name="BreakGlassUntil">When break-glass access ends; null if it is not in use.</param>
public sealed record StrongroomInfo(
    string Service,
    string Instance,
    DeploymentEnvironment Environment,
    string Backend,
    string Namespace,
    DateTimeOffset? BreakGlassUntil
)
{
    /// <summary>How long a value is served after it was last validated. Default 1 hour.</summary>
    public TimeSpan CacheTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>True in the local and test environments, where loopback hosts need not be declared.</summary>
    public bool IsLocalOrTest => Environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;
}
