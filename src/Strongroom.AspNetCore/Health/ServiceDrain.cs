using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// Stops the service in order: first not ready, then (after the drain delay) no new connections, then requests in progress
/// complete, then the process ends. SIGTERM and <c>POST /drain</c> do the same.
/// </summary>
public sealed class ServiceDrain
{
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<ServiceDrain> _logger;
    private int _draining;

    /// <summary>Creates the drain of one service.</summary>
    public ServiceDrain(IHostApplicationLifetime lifetime, ILogger<ServiceDrain> logger)
    {
        ArgumentNullException.ThrowIfNull(lifetime);
        _lifetime = lifetime;
        _logger = logger;
        lifetime.ApplicationStopping.Register(() => Begin("the process was asked to stop"));
    }

    /// <summary>Whether the service is about to stop.</summary>
    public bool IsDraining => Volatile.Read(ref _draining) != 0;

    /// <summary>Makes the service not ready and stops it in order.</summary>
    public void BeginAndStop(string reason)
    {
        Begin(reason);
        _lifetime.StopApplication();
    }

    private void Begin(string reason)
    {
        if (Interlocked.Exchange(ref _draining, 1) == 0)
            Log.Draining(_logger, reason);
    }
}
