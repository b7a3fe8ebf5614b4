using Microsoft.Extensions.Hosting;

namespace Strongroom.Hosting;

/// <summary>A host that checks its start instead of starting. Its hosted services are not even created.</summary>
internal sealed class StartCheckHost(IHost host, Action<int> exit) : IHost, IAsyncDisposable
{
    public IServiceProvider Services => host.Services;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        int code;
        await using (var inspection = new StartInspection(host.Services))
        {
            var failure = await inspection.RunAsync(cancellationToken).ConfigureAwait(false);
            code = failure?.ExitCode ?? 0;
            await (failure is null ? Console.Out : Console.Error)
                .WriteLineAsync(failure?.Message ?? inspection.Summary)
                .ConfigureAwait(false);
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
}
