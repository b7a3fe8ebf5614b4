using System.Globalization;
using System.Reflection;

namespace Strongroom.Storage.Schema;

/// <summary>
/// One project's own migrations: SQL files embedded as <c>{Prefix}.sqlite.V1__what.sql</c> and <c>{Prefix}.postgresql.V1__what.sql</c>,
/// numbered from 1 by whole numbers. A migration that has landed is never edited: its checksum is kept.
/// </summary>
public sealed class SchemaMigrations
{
    /// <summary>Names a project's migrations.</summary>
    /// <param name="name">What messages call them, such as <c>execution</c>.</param>
    /// <param name="assembly">Where they are embedded.</param>
    /// <param name="prefix">The resources' prefix, such as <c>Trading.ExecutionGateway.Migrations</c>.</param>
    /// <param name="metadataTable">The table in which what was applied is kept; each project's own. Letters, digits and <c>_</c>.</param>
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
        Assembly = assembly;
        Prefix = prefix;
        MetadataTable = metadataTable;
    }

    /// <summary>Strongroom's own: the access log, instances and trips.</summary>
    public static SchemaMigrations Strongroom { get; } =
        new("strongroom", typeof(SchemaMigrations).Assembly, "Strongroom.Storage.Migrations", "strongroom_schema");

    /// <summary>What messages call them.</summary>
    public string Name { get; }

    /// <summary>Where they are embedded.</summary>
    public Assembly Assembly { get; }

    /// <summary>The resources' prefix.</summary>
    public string Prefix { get; }

    /// <summary>The table in which what was applied is kept.</summary>
    public string MetadataTable { get; }

    internal string ResourcePrefix(DatabaseDialect dialect) => $"{Prefix}.{(dialect == DatabaseDialect.Sqlite ? "sqlite" : "postgresql")}.";

    internal int LatestVersion(DatabaseDialect dialect)
    {
        var prefix = ResourcePrefix(dialect) + "V";
        var latest = 0;
        foreach (var resource in Assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            var end = resource.IndexOf("__", prefix.Length, StringComparison.Ordinal);
            latest = Math.Max(latest, int.Parse(resource.AsSpan(prefix.Length..end), NumberStyles.None, CultureInfo.InvariantCulture));
        }
        return latest;
    }
}
