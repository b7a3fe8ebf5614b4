using System.Buffers;

namespace Strongroom.Storage.Schema;

/// <summary>
/// The migrations that services publish beside themselves, in the folder <c>migrations</c>: below it one folder for each schema,
/// below that one for each dialect, as in <c>migrations/risk_manager/postgresql/V1__what.sql</c>.
/// </summary>
public static class PublishedMigrations
{
    /// <summary>How the folder beside a service's <c>secrets.json</c> is called.</summary>
    public const string FolderName = "migrations";

    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Each schema once, by its name. Several services publish what they share; the newest is taken.</summary>
    /// <exception cref="SecretConfigurationException">A folder is missing or holds none, or two hold different migrations of one
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
                faults.Add(
                    $"{folder} is no folder with migrations. Name the folder '{FolderName}' that a service was published with."
                );
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
            faults.Add($"{folder.Path}: a schema's name is small letters, digits and '_'.");
            return;
        }
        var files = folder.Files(dialect).ToList();
        if (files.Count == 0 || files.Exists(file => SchemaMigrations.VersionOf(file) == 0))
        {
            faults.Add(
                $"{folder.Of(dialect)} holds no migrations, or one whose name is not like V1__what.sql. Publish the service "
                    + "again."
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
                $"{folder.Path} and {other.Path} hold different migrations of '{name}'. Publish all services from one state "
                    + "of the sources."
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
