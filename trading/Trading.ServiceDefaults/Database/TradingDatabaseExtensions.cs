using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Strongroom;
using Strongroom.AspNetCore;
using Strongroom.Storage.Schema;

namespace Trading.ServiceDefaults;

/// <summary>Gives a service its own tables.</summary>
public static class TradingDatabaseExtensions
{
    private const string Folder = ".Migrations.";

    /// <summary>
    /// Brings a service's own tables up to date at start (elsewhere than in local and test: checks them), from SQL files
    /// embedded in its assembly as <c>Migrations/sqlite/V1__what.sql</c> and <c>Migrations/postgresql/V1__what.sql</c>. What was
    /// applied is kept in <c>schema_&lt;service&gt;</c>. Handled webhooks are then remembered in the database.
    /// </summary>
    public static WebApplicationBuilder AddTradingDatabase(this WebApplicationBuilder builder, Assembly migrations)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var service = (ServiceDirectory)
            builder.Services.First(descriptor => descriptor.ServiceType == typeof(ServiceDirectory)).ImplementationInstance!;
        Add(builder, service.Id, migrations);
        Add(builder, "defaults", typeof(TradingDatabaseExtensions).Assembly);
        builder.Services.Replace(ServiceDescriptor.Singleton<IReplayStore, DatabaseReplayStore>());
        return builder;
    }

    internal static void Add(WebApplicationBuilder builder, string name, Assembly assembly)
    {
        var resource = assembly
            .GetManifestResourceNames()
            .FirstOrDefault(resource =>
                resource.Contains(Folder, StringComparison.Ordinal) && resource.EndsWith(".sql", StringComparison.Ordinal)
            );
        // A service without tables of its own has none to bring up to date.
        if (resource is null)
            return;
        var prefix = resource[..(resource.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length - 1)];
        var migrations = new SchemaMigrations(name, assembly, prefix, $"schema_{name}");
        builder.Services.AddSingleton<IStartCheck>(services => new SchemaAtStart(services, migrations));
    }
}
