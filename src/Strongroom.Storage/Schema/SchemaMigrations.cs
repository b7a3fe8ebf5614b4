using System.Globalization;
using System.Reflection;
using EvolveDb;

namespace Strongroom.Storage.Schema;

/// <summary>
/// One project's own migrations: SQL files, embedded as <c>{Prefix}.sqlite.V1__what.sql</c> and
/// <c>{Prefix}.postgresql.V1__what.sql</c>, numbered from 1 by whole numbers. A migration that has landed is never edited: its
/// checksum is kept.
/// </summary>
public sealed class SchemaMigrations
{
    private readonly IMigrationSource _source;

    /// <summary>Names a project's migrations.</summary>
    /// <param name="name">What messages call them, such as <c>execution</c>.</param>
    /// <param name="assembly">Where they are embedded.</param>
    /// <param name="prefix">The resources' prefix, such as <c>Trading.ExecutionGateway.Migrations</c>.</param>
    /// <param name="metadataTable">The table in which what was applied is kept; each project's own. Letters, digits and
    /// <c>_</c>.</param>
    public SchemaMigrations(string name, Assembly assembly, string prefix, string metadataTable)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        ArgumentException.ThrowIfNullOrEmpty(metadataTable);
        // The table's name goes into SQL text.
        if (!metadataTable.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            throw new ArgumentException("The metadata table's name is small letters, digits and '_'.", nameof(metadataTable));
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

    /// <summary>Strongroom's own: the access log, instances and trips.</summary>
    public static SchemaMigrations Strongroom { get; } =
        new("strongroom", typeof(SchemaMigrations).Assembly, "Strongroom.Storage.Migrations", "strongroom_schema");

    /// <summary>What messages call them.</summary>
    public string Name { get; }

    /// <summary>The table in which what was applied is kept.</summary>
    public string MetadataTable { get; }

    /// <summary>
    /// The table of migrations that lie in a folder of this name: the services' convention, since a folder cannot say another
    /// one.
    /// </summary>
    internal static string TableOf(string name) => $"schema_{name}";

    internal int LatestVersion(DatabaseDialect dialect) => _source.Files(dialect).Select(VersionOf).DefaultIfEmpty(0).Max();

    /// <summary>Tells Evolve where they are.</summary>
    internal void Locate(Evolve evolve, DatabaseDialect dialect) => _source.Locate(evolve, dialect);

    /// <summary>How a dialect's folder is called.</summary>
    internal static string FolderOf(DatabaseDialect dialect) => dialect == DatabaseDialect.Sqlite ? "sqlite" : "postgresql";

    /// <summary>The number in <c>V1__what.sql</c>; 0 for a file that is no migration.</summary>
    internal static int VersionOf(string file) =>
        file.StartsWith('V')
        && file.IndexOf("__", StringComparison.Ordinal) is > 1 and var end
        && file.EndsWith(".sql", StringComparison.Ordinal)
        && int.TryParse(file.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : 0;
}
