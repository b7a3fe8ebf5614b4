using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Strongroom.Storage.Sqlite;

/// <summary>Translates SQLite's result codes to errors for an operator.</summary>
internal static class SqliteErrors
{
    internal static SecretException? Translate(SqliteException e, string path) =>
        e.SqliteErrorCode switch
        {
            raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => SqliteFile.Fault(
                path,
                "cannot be opened. Check that this user may read and write the file and its folder."
            ),
            raw.SQLITE_READONLY => SqliteFile.Fault(
                path,
                "cannot be written. Check that this user may write the file and its folder, and that the file system is not "
                    + "read-only."
            ),
            raw.SQLITE_NOTADB => SqliteFile.Fault(
                path,
                "is not a SQLite database. Use another file, or move this one away to create a new one."
            ),
            raw.SQLITE_CORRUPT => SqliteFile.Fault(
                path,
                "is corrupt. Stop all services, keep a copy, and restore a backup or run sqlite3's '.recover'."
            ),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new SecretUnavailableException(
                SecretErrorCode.TimedOut,
                $"SQLite at {path} was locked by another process for too long. Find a process that keeps a transaction open."
            ),
            raw.SQLITE_FULL => new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"SQLite at {path} is on a full file system. Free some space."
            ),
            raw.SQLITE_IOERR => new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"SQLite at {path} had a read or write error (code {e.SqliteExtendedErrorCode}). Check the disk."
            ),
            raw.SQLITE_ERROR when IsMissingTable(e) || IsMissingColumn(e) => new SecretConfigurationException(
                SecretErrorCode.SchemaMismatch,
                $"SQLite at {path} lacks a table or column that this program needs. Run 'strongroom database upgrade'."
            ),
            _ => null,
        };

    // SQLite has no result code of its own for this.
    internal static bool IsMissingTable(SqliteException e) => e.Message.Contains("no such table", StringComparison.Ordinal);

    private static bool IsMissingColumn(SqliteException e) => e.Message.Contains("no such column", StringComparison.Ordinal);
}
