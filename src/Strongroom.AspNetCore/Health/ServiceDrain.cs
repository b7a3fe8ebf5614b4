using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// The way out: first not ready, then (after the drain delay) no new connections, then requests under way end, then the process.
/// SIGTERM and <c>POST /drain</c> go the same way.
/// </summary>
public sealed class ServiceDrain
{
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<ServiceDrain> _logger;
    private int _draining;

    /// <summary>Makes one.</summary>
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
