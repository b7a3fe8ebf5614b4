using Microsoft.Extensions.Hosting;

namespace Trading.ServiceDefaults;

/// <summary>
/// Runs work in the background until the host stops. A failed start cancels it too, which the host would report as a failure of
/// this work, with a stack trace, before the start's own message.
/// </summary>
public abstract class BackgroundLoop : BackgroundService
{
    /// <summary>Works until it is cancelled.</summary>
    protected abstract Task RunAsync(CancellationToken ct);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host ends.
        }
    }
}
