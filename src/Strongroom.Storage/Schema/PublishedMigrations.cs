using System.Buffers;

namespace Strongroom.Storage.Schema;

/// <summary>
/// The migrations that services publish in the folder <c>migrations</c>, by schema and dialect, as in
/// <c>migrations/risk_manager/postgresql/V1__what.sql</c>.
/// </summary>
public static class PublishedMigrations
{
    /// <summary>The name of the folder beside a service's <c>secrets.json</c>.</summary>
    public const string FolderName = "migrations";

    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Loads each schema once, by name. If several services publish a shared schema, the newest is used.</summary>
    /// <exception cref="SecretConfigurationException">A folder is missing or empty, or two contain different migrations of one
    /// schema.</exception>
    public static IReadOnlyList<SchemaMigrations> Load(IEnumerable<string> folders, DatabaseDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var faults = new List<string>();
        var schemas = new SortedDictionary<string, MigrationFolder>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            var found = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
            if (found.Length == 0)
                faults.Add($"{folder} does not contain migrations. Give the folder '{FolderName}' of a published service.");
            foreach (var path in found)
                Add(schemas, new MigrationFolder(path), dialect, faults);
        }
        return faults.Count == 0
            ? [.. schemas.Select(schema => new SchemaMigrations(schema.Key, schema.Value))]
            : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, faults);
    }

    private static void Add(
        SortedDictionary<string, MigrationFolder> schemas,
        MigrationFolder folder,
        DatabaseDialect dialect,
        List<string> faults
    )
    {
        var name = Path.GetFileName(folder.Path);
        // The name goes into SQL text, as part of a table's.
        if (name.Length > 48 || name.AsSpan().ContainsAnyExcept(s_nameCharacters))
        {
            faults.Add($"{folder.Path}: a schema's name must consist of at most 48 lowercase letters, digits and '_'.");
            return;
        }
        var files = folder.Files(dialect).ToList();
        if (files.Count == 0 || files.Exists(file => SchemaMigrations.VersionOf(file) == 0))
        {
            faults.Add(
                $"{folder.Of(dialect)} contains no migrations, or a file that is not named like V1__what.sql. Publish the "
                    + "service again."
            );
            return;
        }
        if (!schemas.TryGetValue(name, out var other))
        {
            schemas[name] = folder;
            return;
        }
        var others = other.Files(dialect).ToList();
        if (
            files.Intersect(others, StringComparer.Ordinal).Count() < Math.Min(files.Count, others.Count)
            || files
                .Intersect(others, StringComparer.Ordinal)
                .Any(file => !IsSame(Path.Combine(folder.Of(dialect), file), Path.Combine(other.Of(dialect), file)))
        )
        {
            faults.Add(
                $"{folder.Path} and {other.Path} contain different migrations of '{name}'. Publish all services from the same "
                    + "revision."
            );
        }
        else if (files.Count > others.Count)
        {
            schemas[name] = folder;
        }
    }

    private static bool IsSame(string one, string other) =>
        File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));
}
