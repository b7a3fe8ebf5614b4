using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Strongroom.Hosting;

/// <summary>
/// A host that checks its start instead of starting. Its hosted services are not even created. A check that is asked to stop has
/// no result, which is no success: its exit code is 1.
/// </summary>
internal sealed class StartCheckHost(IHost host, Action<int> exit) : IHost, IAsyncDisposable
{
    public IServiceProvider Services => host.Services;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        int code;
        try
        {
            // Handles signals, as for a host that starts.
            await host.Services.GetRequiredService<IHostLifetime>().WaitForStartAsync(stopping.Token).ConfigureAwait(false);
            code = await InspectAsync(stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (StartFailure.IsStop(e, lifetime))
        {
            await Console.Error.WriteLineAsync("The check was interrupted and has no result.").ConfigureAwait(false);
            code = 1;
        }
        exit(code);
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken);

    public void Dispose() => host.Dispose();

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable ends)
            await ends.DisposeAsync().ConfigureAwait(false);
        else
            host.Dispose();
    }

    private async Task<int> InspectAsync(CancellationToken ct)
    {
        await using var inspection = new StartInspection(host.Services);
        var failure = await inspection.RunAsync(ct).ConfigureAwait(false);
        await (failure is null ? Console.Out : Console.Error)
            .WriteLineAsync(failure?.Message ?? inspection.Summary)
            .ConfigureAwait(false);
        return failure?.ExitCode ?? 0;
    }
}
