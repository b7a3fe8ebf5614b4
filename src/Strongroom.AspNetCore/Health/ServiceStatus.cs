namespace Strongroom.AspNetCore;

/// <summary>How a service stands, as one word.</summary>
public enum ServiceStatus
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>It works, on borrowed time or without something that it can do without.</summary>
    Degraded,

    /// <summary>The credential breaker has tripped and waits for an operator.</summary>
    Halted,

    /// <summary>A credential that orders need is not in memory.</summary>
    Unavailable,

    /// <summary>Its required secrets were not validated yet.</summary>
    Starting,

    /// <summary>It is about to stop.</summary>
    Draining,
}
