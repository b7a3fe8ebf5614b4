namespace Strongroom.Storage.Schema;

/// <summary>The stores' common gate: the first use makes sure of the schema, later ones pass.</summary>
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
