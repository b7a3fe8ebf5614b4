using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.Storage.Schema;

namespace Trading.ServiceDefaults;

/// <summary>
/// Brings one schema up to date (or checks it) after its secrets are read and before anything else of the service runs.
/// </summary>
internal sealed class SchemaAtStart(IServiceProvider services, SchemaMigrations migrations) : IStartCheck
{
    public async ValueTask CheckAsync(CancellationToken ct) =>
        await SchemaMigrator.EnsureAsync(services.GetRequiredService<Strongroom.Storage.Database>(), migrations, ct);
}
