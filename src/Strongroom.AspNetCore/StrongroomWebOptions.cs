namespace Strongroom.AspNetCore;

/// <summary>The settings of a service's HTTP endpoints.</summary>
public sealed class StrongroomWebOptions
{
    /// <summary>
    /// The environment. Loopback counts as a named host in local and test only. Default (null): what <c>AddStrongroom</c>
    /// decided, otherwise production.
    /// </summary>
    public DeploymentEnvironment? Environment { get; set; }

    /// <summary>The environment that applies.</summary>
    public DeploymentEnvironment DecidedEnvironment => Environment ?? DeploymentEnvironment.Production;

    /// <summary>The instance, for the health details. Default (null): what <c>AddStrongroom</c> decided.</summary>
    public string? Instance { get; set; }

    /// <summary>
    /// Whether break-glass is in force now, for the health details. Default (null): what <c>AddStrongroom</c> found.
    /// </summary>
    public Func<bool>? BreakGlass { get; set; }

    /// <summary>
    /// Whether a tripped credential breaker makes the service not ready, so that it receives no new work. Default (null): true
    /// where the declaration has a secret whose loss halts.
    /// </summary>
    public bool? NotReadyWhileHalted { get; set; }

    /// <summary>
    /// How long the service keeps responding, but not ready, before it stops, so that a load balancer notices. Default 0.
    /// </summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;

    internal void Decide(StrongroomInfo? info, TimeProvider time)
    {
        Environment ??= info?.Environment;
        Instance ??= info?.Instance ?? System.Environment.MachineName;
        BreakGlass ??= () => info?.BreakGlassUntil > time.GetUtcNow();
    }
}
