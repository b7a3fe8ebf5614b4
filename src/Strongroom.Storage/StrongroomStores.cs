using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Storage.Audit;
using Strongroom.Storage.Breaker;
using Strongroom.Storage.Schema;

namespace Strongroom.Storage;

/// <summary>Strongroom's own tables, for a program without a host. In a host, <c>AddDatabase</c> registers them.</summary>
public sealed class StrongroomStores
{
    private readonly StrongroomSchema _schema;

    /// <summary>Creates the stores without connecting.</summary>
    /// <param name="database">The database.</param>
    /// <param name="acceptsStandby">True for a program that itself checks for a standby (<see
    /// cref="DatabaseRequirements.IsStandbyAsync"/>), which may lack the newest trips. Otherwise a standby without a trip is an
    /// error.</param>
    public StrongroomStores(Database database, bool acceptsStandby = false)
    {
        ArgumentNullException.ThrowIfNull(database);
        _schema = new StrongroomSchema(database);
        Audit = new AuditStore(database, _schema);
        Trips = new TripStore(database, _schema, acceptsStandby);
    }

    /// <summary>The store of audit rows.</summary>
    public IAuditStore Audit { get; }

    /// <summary>The store of trips and their clearances.</summary>
    public ITripStore Trips { get; }

    /// <summary>Migrates or checks the schema once, as <see cref="SchemaMigrator.EnsureAsync"/> does.</summary>
    /// <exception cref="SecretException">The database cannot be reached, or its schema does not match.</exception>
    public ValueTask EnsureSchemaAsync(CancellationToken ct) => _schema.EnsureAsync(ct);
}
