using System.Data.Common;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>
/// Inserts rows in one transaction with one prepared statement. Synchronously, as Microsoft.Data.Sqlite does all its work.
/// </summary>
internal static class SqliteAccessLog
{
    // Not INSERT OR IGNORE, which would also skip a row that violates NOT NULL.
    private static readonly string s_insert =
        $"INSERT INTO access_log ({ColumnLists.Access}) VALUES ({ColumnLists.AccessParameters}) "
        + $"ON CONFLICT ({AuditColumns.Boot}, {AuditColumns.Sequence}, {AuditColumns.Instance}) DO NOTHING";

    internal static void Append(
        DbConnection connection,
        InstanceRow? instance,
        IReadOnlyList<AccessRow> rows,
        CancellationToken ct
    )
    {
        using var transaction = connection.BeginTransaction();
        if (instance is not null)
        {
            using var insert = InstanceTable.Insert(connection, DatabaseDialect.Sqlite, instance);
            insert.Transaction = transaction;
            insert.ExecuteNonQuery();
        }
        using var command = connection.Command(s_insert);
        command.Transaction = transaction;
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            var parameters = new ColumnParameters(DatabaseDialect.Sqlite, command);
            AuditColumns.Visit(row, ref parameters);
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }
}
