using Strongroom.Audit;
using Strongroom.Breaker;
using Strongroom.Storage.Audit;
using Strongroom.Storage.Breaker;
using Strongroom.Storage.Schema;

namespace Strongroom.Storage;

/// <summary>Strongroom's own tables in a database, for a program without a host; <c>AddDatabase</c> registers them in
/// one.</summary>
public sealed class StrongroomStores
{
    private readonly StrongroomSchema _schema;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="takesStandby">True for a program that looks by itself whether the database is a standby
    /// (<see cref="DatabaseFitness.IsStandbyAsync"/>), which may lack the newest trips. Otherwise a standby without a trip is an
    /// error.</param>
    public StrongroomStores(Database database, bool takesStandby = false)
    {
        ArgumentNullException.ThrowIfNull(database);
        _schema = new StrongroomSchema(database);
        Audit = new AuditStore(database, _schema);
        Trips = new TripStore(database, _schema, takesStandby);
    }

    /// <summary>The audit's rows.</summary>
    public IAuditStore Audit { get; }

    /// <summary>The trips and their clearances.</summary>
    public ITripStore Trips { get; }

    /// <summary>Brings the schema up to date, or checks it, as <see cref="SchemaMigrator.EnsureAsync"/> says; once.</summary>
    /// <exception cref="SecretException">The database cannot be reached, or its schema is another one.</exception>
    public ValueTask EnsureSchemaAsync(CancellationToken ct) => _schema.EnsureAsync(ct);
}
