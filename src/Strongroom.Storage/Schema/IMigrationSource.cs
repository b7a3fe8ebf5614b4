using System.Reflection;
using EvolveDb;

namespace Strongroom.Storage.Schema;

/// <summary>The source of one schema's SQL files.</summary>
internal interface IMigrationSource
{
    /// <summary>The file names, such as <c>V1__what.sql</c>.</summary>
    IEnumerable<string> Files(DatabaseDialect dialect);

    void Locate(Evolve evolve, DatabaseDialect dialect);
}

/// <summary>Migrations embedded in an assembly, by which a service checks its schema.</summary>
internal sealed class EmbeddedMigrations(Assembly assembly, string prefix) : IMigrationSource
{
    public IEnumerable<string> Files(DatabaseDialect dialect) =>
        assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix(dialect), StringComparison.Ordinal))
            .Select(name => name[Prefix(dialect).Length..]);

    public void Locate(Evolve evolve, DatabaseDialect dialect)
    {
        evolve.EmbeddedResourceAssemblies = [assembly];
        evolve.EmbeddedResourceFilters = [Prefix(dialect)];
    }

    private string Prefix(DatabaseDialect dialect) => $"{prefix}.{SchemaMigrations.FolderOf(dialect)}.";
}

/// <summary>Migrations in a folder with one subfolder per dialect, as a service publishes them for upgrades.</summary>
internal sealed class MigrationFolder(string path) : IMigrationSource
{
    internal string Path => path;

    public IEnumerable<string> Files(DatabaseDialect dialect) =>
        Directory.Exists(Of(dialect))
            ? Directory
                .EnumerateFiles(Of(dialect), "V*.sql")
                .Select(file => System.IO.Path.GetFileName(file)!)
                .Order(StringComparer.Ordinal)
            : [];

    public void Locate(Evolve evolve, DatabaseDialect dialect) => evolve.Locations = [Of(dialect)];

    internal string Of(DatabaseDialect dialect) => System.IO.Path.Combine(path, SchemaMigrations.FolderOf(dialect));
}
