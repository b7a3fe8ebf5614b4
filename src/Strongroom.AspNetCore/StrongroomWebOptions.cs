namespace Strongroom.AspNetCore;

/// <summary>The settings of a service's doors.</summary>
public sealed class StrongroomWebOptions
{
    /// <summary>The environment. Loopback counts as a named host in local and test only. Default (null): what <c>AddStrongroom</c>
    /// decided, and without that production.</summary>
    public DeploymentEnvironment? Environment { get; set; }

    /// <summary>The environment that counts.</summary>
    public DeploymentEnvironment DecidedEnvironment => Environment ?? DeploymentEnvironment.Production;

    /// <summary>The instance, for the health details. Default: the machine's name.</summary>
    public string Instance { get; set; } = System.Environment.MachineName;

    /// <summary>Whether break-glass is in force now, for the health details. Default: never.</summary>
    public Func<bool> BreakGlass { get; set; } = static () => false;

    /// <summary>Whether the service takes orders: then a tripped breaker makes it not ready. Default (null): it does where the
    /// declaration has a secret whose loss halts.</summary>
    public bool? TakesOrders { get; set; }

    /// <summary>How long the service goes on answering, not ready, before it stops; time for a load balancer to see it. Default 0.</summary>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;
}
