namespace Strongroom.AspNetCore;

/// <summary>The status of a service, as one word.</summary>
public enum ServiceStatus
{
    /// <summary>Everything works.</summary>
    Ok,

    /// <summary>It works, for a limited time or without something optional.</summary>
    Degraded,

    /// <summary>The credential breaker is tripped until an operator clears it.</summary>
    Halted,

    /// <summary>A credential whose loss halts is not in memory.</summary>
    Unavailable,

    /// <summary>Its required secrets are not validated yet.</summary>
    Starting,

    /// <summary>It is about to stop.</summary>
    Draining,
}
