using Microsoft.Extensions.Hosting;
using Strongroom.Storage.Schema;

namespace Trading.ServiceDefaults;

/// <summary>Brings one schema up to date (or checks it) before anything of the service runs, and after its secrets are there.</summary>
internal sealed class SchemaAtStart(Strongroom.Storage.Database database, SchemaMigrations migrations) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => SchemaMigrator.EnsureAsync(database, migrations, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
