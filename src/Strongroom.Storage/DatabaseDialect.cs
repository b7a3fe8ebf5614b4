namespace Strongroom.Storage;

/// <summary>The SQL dialect of a <see cref="Database"/>.</summary>
public enum DatabaseDialect
{
    /// <summary>SQLite: one file, shared by the processes of one machine.</summary>
    Sqlite,

    /// <summary>PostgreSQL.</summary>
    PostgreSql,
}
