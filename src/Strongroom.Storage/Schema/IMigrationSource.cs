using System.Reflection;
using EvolveDb;

namespace Strongroom.Storage.Schema;

/// <summary>Where the SQL files of one schema lie.</summary>
internal interface IMigrationSource
{
    /// <summary>The files' own names, such as <c>V1__what.sql</c>.</summary>
    IEnumerable<string> Files(DatabaseDialect dialect);

    void Locate(Evolve evolve, DatabaseDialect dialect);
}

/// <summary>In an assembly: what a service checks itself by.</summary>
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

/// <summary>
/// In a folder, with one below it for each dialect: what a service publishes for whoever upgrades its database.
/// </summary>
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
