namespace Strongroom.Storage.Schema;

/// <summary>Ensures Strongroom's own schema at the first use of any store.</summary>
internal sealed class StrongroomSchema(Database database)
{
    private volatile bool _ensured;

    internal ValueTask EnsureAsync(CancellationToken ct) => _ensured ? default : new ValueTask(EnsureOnceAsync(ct));

    private async Task EnsureOnceAsync(CancellationToken ct)
    {
        await SchemaMigrator.EnsureSchemaAsync(database, SchemaMigrations.Strongroom, ct);
        _ensured = true;
    }
}
