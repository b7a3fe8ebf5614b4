using Microsoft.Extensions.Hosting;

namespace Strongroom.AspNetCore;

/// <summary>
/// Keeps the server open, but not ready, for the drain delay: <c>StoppingAsync</c> runs before Kestrel closes its port.
/// </summary>
internal sealed class DrainDelay(StrongroomWebOptions options, ServiceDrain drain, TimeProvider time) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.BeginAndStop("the process was asked to stop");
        if (options.DrainDelay > TimeSpan.Zero)
            await Task.Delay(options.DrainDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
