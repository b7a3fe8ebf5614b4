using System.Collections.Concurrent;

namespace Strongroom.Storage.Schema;

/// <summary>
/// The schemas that a process has made sure of, its own tables' among them. A database may forget them while the process lives:
/// it is made anew, restored, or replaced by another.
/// </summary>
internal sealed class VerifiedSchemas
{
    private readonly ConcurrentDictionary<string, SchemaMigrations> _kept = new(StringComparer.Ordinal);
    private volatile bool _doubtful;

    internal void Keep(SchemaMigrations migrations) => _kept[migrations.MetadataTable] = migrations;

    /// <summary>A table is missing, or the database is another one: the next use looks at all of them.</summary>
    internal void Doubt() => _doubtful = true;

    internal async ValueTask MendAsync(Database database, CancellationToken ct)
    {
        if (!_doubtful)
            return;
        _doubtful = false;
        try
        {
            foreach (var migrations in _kept.Values)
                await SchemaMigrator.EnsureSchemaAsync(database, migrations, ct);
        }
        catch
        {
            _doubtful = true;
            throw;
        }
    }
}
