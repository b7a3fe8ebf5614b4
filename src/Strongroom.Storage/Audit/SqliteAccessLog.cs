using System.Data.Common;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>One transaction, one prepared statement, its parameters set anew for each row.</summary>
internal static class SqliteAccessLog
{
    // Not INSERT OR IGNORE, which would also pass over a row that lacks something it must have.
    private const string Insert =
        $"INSERT INTO access_log ({AccessColumns.List}) VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, "
        + "@14, @15) "
        + "ON CONFLICT (boot, sequence, instance) DO NOTHING";

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
        await using var command = connection.Command(Insert);
        command.Transaction = transaction;
        var values = new DbParameter[AccessColumns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = command.CreateParameter();
            values[i].ParameterName = $"@{i}";
            command.Parameters.Add(values[i]);
        }

        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            Set(values, row);
            await command.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }

    private static void Set(DbParameter[] values, AccessRow row)
    {
        values[0].Value = StoredValue.Text(row.Instance);
        values[1].Value = StoredValue.Id(DatabaseDialect.Sqlite, row.Boot);
        values[2].Value = row.Sequence;
        values[3].Value = StoredValue.Text(row.Service);
        values[4].Value = StoredValue.Microseconds(row.FirstAt);
        values[5].Value = StoredValue.Microseconds(row.LastAt);
        values[6].Value = row.AccessCount;
        values[7].Value = (long)row.Operation;
        values[8].Value = (long)row.Outcome;
        values[9].Value = (long)row.Source;
        values[10].Value = StoredValue.Text(row.Name);
        values[11].Value = StoredValue.Text(row.Version);
        values[12].Value = StoredValue.Text(row.Backend);
        values[13].Value = StoredValue.Text(row.RequestId);
        values[14].Value = (object?)AccessColumns.Duration(row) ?? DBNull.Value;
        values[15].Value = row.Error is { } error ? (long)error : DBNull.Value;
    }
}
