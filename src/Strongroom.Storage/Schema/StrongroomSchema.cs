namespace Strongroom.Storage.Schema;

/// <summary>Ensures Strongroom's own schema at the first use of any store.</summary>
internal sealed class StrongroomSchema(Database database)
{
    private volatile bool _ensured;

    internal async ValueTask EnsureAsync(CancellationToken ct)
    {
        if (_ensured)
            return;
        await SchemaMigrator.EnsureSchemaAsync(database, SchemaMigrations.Strongroom, ct);
        _ensured = true;
    }
}
