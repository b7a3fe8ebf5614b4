using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Storage.Audit;
using Strongroom.Storage.Breaker;
using Strongroom.Storage.Schema;
using Strongroom.Storage.UsedIds;

namespace Strongroom.Storage;

/// <summary>Adds the database to a host.</summary>
public static class StrongroomBuilderExtensions
{
    /// <summary>
    /// Stores audit rows and trips in SQLite, or in PostgreSQL if <c>DATABASE_HOST</c> is set, and registers the same <see
    /// cref="Database"/> for the service's own tables. Each new connection reads its password as <c>database/password</c>.
    /// </summary>
    public static IStrongroomBuilder AddDatabase(this IStrongroomBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.TryAddSingleton(_ => DatabaseOptions.Read(builder.Configuration));
        services.TryAddSingleton(provider =>
        {
            // Resolved when connecting, since the manager itself writes its audit through this database; and only once, since the
            // last drain may happen while the container is being disposed, when it resolves nothing.
            var secrets = new Lazy<ISecretManager>(provider.GetRequiredService<ISecretManager>);
            var reports = new Lazy<ICredentialReports?>(provider.GetService<ICredentialReports>);
            return Database.Create(
                new DatabaseContext
                {
                    Options = provider.GetRequiredService<DatabaseOptions>(),
                    Environment = provider.GetRequiredService<StrongroomInfo>().Environment,
                    Declaration = provider.GetService<SecretDeclaration>(),
                    Time = provider.GetRequiredService<TimeProvider>(),
                    Loggers = provider.GetRequiredService<ILoggerFactory>(),
                    Login = ct =>
                        ManagedDatabaseLogin.GetAsync(secrets.Value, reports.Value, ManagedDatabaseLogin.PasswordName, ct),
                }
            );
        });
        services.TryAddSingleton<StrongroomSchema>();
        services.TryAddSingleton<IAuditStore, AuditStore>();
        services.TryAddSingleton<ITripStore, TripStore>();
        services.TryAddSingleton<IUsedIdStore, UsedIdStore>();
        return builder;
    }
}
