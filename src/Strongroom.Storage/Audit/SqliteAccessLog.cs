using System.Data.Common;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>Inserts rows in one transaction with one prepared statement.</summary>
internal static class SqliteAccessLog
{
    // Not INSERT OR IGNORE, which would also skip a row that violates NOT NULL.
    private static readonly string s_insert =
        $"INSERT INTO access_log ({ColumnLists.Access}) VALUES ({ColumnLists.AccessParameters}) "
        + $"ON CONFLICT ({AuditColumns.Boot}, {AuditColumns.Sequence}, {AuditColumns.Instance}) DO NOTHING";

    internal static async Task AppendAsync(
        DbConnection connection,
        InstanceRow? instance,
        IReadOnlyList<AccessRow> rows,
        CancellationToken ct
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (instance is not null)
            await InstanceTable.InsertAsync(connection, DatabaseDialect.Sqlite, instance, ct, transaction);
        await using var command = connection.Command(s_insert);
        command.Transaction = transaction;
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            var parameters = new ColumnParameters(DatabaseDialect.Sqlite, command);
            AuditColumns.Visit(row, ref parameters);
            await command.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }
}
