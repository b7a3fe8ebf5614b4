using System.Globalization;
using System.Reflection;
using EvolveDb;

namespace Strongroom.Storage.Schema;

/// <summary>
/// The migrations of one project: SQL files, embedded as <c>{Prefix}.sqlite.V1__what.sql</c> and
/// <c>{Prefix}.postgresql.V1__what.sql</c>, numbered from 1. A published migration is never edited: its checksum is stored.
/// </summary>
public sealed class SchemaMigrations
{
    private readonly IMigrationSource _source;

    /// <summary>Identifies a project's migrations.</summary>
    /// <param name="name">The schema's name in messages, such as <c>execution</c>.</param>
    /// <param name="assembly">The assembly that embeds them.</param>
    /// <param name="prefix">The resources' prefix, such as <c>Trading.ExecutionGateway.Migrations</c>.</param>
    /// <param name="metadataTable">The table that records applied migrations, one per project. Lowercase letters, digits and
    /// <c>_</c>.</param>
    public SchemaMigrations(string name, Assembly assembly, string prefix, string metadataTable)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        ArgumentException.ThrowIfNullOrEmpty(metadataTable);
        // The table's name goes into SQL text.
        if (!metadataTable.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            throw new ArgumentException(
                "The metadata table's name must consist of lowercase letters, digits and '_'.",
                nameof(metadataTable)
            );
        Name = name;
        MetadataTable = metadataTable;
        _source = new EmbeddedMigrations(assembly, prefix);
    }

    internal SchemaMigrations(string name, MigrationFolder folder)
    {
        Name = name;
        MetadataTable = TableOf(name);
        _source = folder;
    }

    /// <summary>Strongroom's own schema: the access log, instances, trips and used ids.</summary>
    public static SchemaMigrations Strongroom { get; } =
        new("strongroom", typeof(SchemaMigrations).Assembly, "Strongroom.Storage.Migrations", "strongroom_schema");

    /// <summary>The schema's name in messages.</summary>
    public string Name { get; }

    /// <summary>The table that records applied migrations.</summary>
    public string MetadataTable { get; }

    /// <summary>
    /// The metadata table of migrations in a folder with this name: a convention, since a folder cannot declare another.
    /// </summary>
    internal static string TableOf(string name) => $"schema_{name}";

    internal int LatestVersion(DatabaseDialect dialect)
    {
        var latest = 0;
        foreach (var file in _source.Files(dialect))
            latest = Math.Max(latest, VersionOf(file));
        return latest;
    }

    /// <summary>Configures Evolve to find them.</summary>
    internal void Locate(Evolve evolve, DatabaseDialect dialect) => _source.Locate(evolve, dialect);

    /// <summary>The name of a dialect's folder.</summary>
    internal static string FolderOf(DatabaseDialect dialect) => dialect == DatabaseDialect.Sqlite ? "sqlite" : "postgresql";

    /// <summary>The number in <c>V1__what.sql</c>; 0 for a file that is not a migration.</summary>
    internal static int VersionOf(string file) =>
        file.StartsWith('V')
        && file.IndexOf("__", StringComparison.Ordinal) is > 1 and var end
        && file.EndsWith(".sql", StringComparison.Ordinal)
        && int.TryParse(file.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : 0;
}
