namespace Strongroom;

/// <summary>What a composed manager was decided to be; no secret in it. Resolved from the container.</summary>
/// <param name="Service">The service's id.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Environment">Where it runs.</param>
/// <param name="Backend">The backend that was picked.</param>
/// <param name="Namespace">The prefix before every name; empty where there is none.</param>
/// <param name="BreakGlassUntil">Until when the guardrail is open; null where it is closed, as it should be.</param>
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

    /// <summary>True on a developer's machine and in tests, where loopback counts as named.</summary>
    public bool IsLocalOrTest => Environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;
}
