namespace Strongroom.Storage;

/// <summary>Which SQL a <see cref="Database"/> speaks.</summary>
public enum DatabaseDialect
{
    /// <summary>SQLite: one file, shared by the processes of one machine.</summary>
    Sqlite,

    /// <summary>PostgreSQL.</summary>
    PostgreSql,
}
