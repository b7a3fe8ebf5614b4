namespace Strongroom.AspNetCore;

/// <summary>The settings of a service's doors.</summary>
public sealed class StrongroomWebOptions
{
    /// <summary>The environment. Loopback counts as a named host in local and test only. Default (null): what
    /// <c>AddStrongroom</c> decided, and without that production.</summary>
    public DeploymentEnvironment? Environment { get; set; }

    /// <summary>The environment that counts.</summary>
    public DeploymentEnvironment DecidedEnvironment => Environment ?? DeploymentEnvironment.Production;

    /// <summary>The instance, for the health details. Default (null): what <c>AddStrongroom</c> decided.</summary>
    public string? Instance { get; set; }

    /// <summary>
    /// Whether break-glass is in force now, for the health details. Default (null): what <c>AddStrongroom</c> found.
    /// </summary>
    public Func<bool>? BreakGlass { get; set; }

    /// <summary>Whether a tripped credential breaker makes the service not ready, so that no new work is sent to it. Default
    /// (null): it does where the declaration has a secret whose loss halts.</summary>
    public bool? NotReadyWhileHalted { get; set; }

    /// <summary>
    /// How long the service goes on answering, not ready, before it stops; time for a load balancer to see it. Default 0.
    /// </summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;

    internal void Decide(StrongroomInfo? info, TimeProvider time)
    {
        Environment ??= info?.Environment;
        Instance ??= info?.Instance ?? System.Environment.MachineName;
        BreakGlass ??= () => info?.BreakGlassUntil > time.GetUtcNow();
    }
}
