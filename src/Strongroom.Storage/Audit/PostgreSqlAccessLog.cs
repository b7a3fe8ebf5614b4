using System.Buffers;
using System.Data.Common;
using Npgsql;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>
/// Inserts rows by COPY directly into the table, in one transaction with their instance. If some exist already, which happens
/// after a drainer died before it noted a shipment, the batch is merged from a temporary table.
/// </summary>
internal static class PostgreSqlAccessLog
{
    private const int ChunkBytes = 64 * 1024;

    internal static async Task AppendAsync(
        DbConnection opened,
        InstanceRow? instance,
        IReadOnlyList<AccessRow> rows,
        CancellationToken ct
    )
    {
        var connection = (NpgsqlConnection)opened;
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await RegisterAsync(connection, instance, ct);
            await CopyAsync(connection, "access_log", rows, ct);
            await transaction.CommitAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await MergeAsync(connection, instance, rows, ct);
        }
    }

    private static async Task RegisterAsync(NpgsqlConnection connection, InstanceRow? instance, CancellationToken ct)
    {
        if (instance is null)
            return;
        await using var insert = InstanceTable.Insert(connection, DatabaseDialect.PostgreSql, instance);
        await insert.ExecuteNonQueryAsync(ct);
    }

    private static async Task MergeAsync(
        NpgsqlConnection connection,
        InstanceRow? instance,
        IReadOnlyList<AccessRow> rows,
        CancellationToken ct
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RegisterAsync(connection, instance, ct);
        await connection.ExecuteAsync("CREATE TEMPORARY TABLE access_log_again (LIKE access_log) ON COMMIT DROP", ct);
        await CopyAsync(connection, "access_log_again", rows, ct);
        await connection.ExecuteAsync(
            $"INSERT INTO access_log ({ColumnLists.Access}) SELECT {ColumnLists.Access} FROM access_log_again "
                + $"ON CONFLICT ({AuditColumns.Boot}, {AuditColumns.Sequence}, {AuditColumns.Instance}) DO NOTHING",
            ct
        );
        await transaction.CommitAsync(ct);
    }

    private static async Task CopyAsync(
        NpgsqlConnection connection,
        string table,
        IReadOnlyList<AccessRow> rows,
        CancellationToken ct
    )
    {
        var buffer = new ArrayBufferWriter<byte>(ChunkBytes + (ChunkBytes / 4));
        await using var copy = await connection.BeginRawBinaryCopyAsync(
            $"COPY {table} ({ColumnLists.Access}) FROM STDIN (FORMAT binary)",
            ct
        );
        try
        {
            BinaryCopy.WriteHeader(buffer);
            foreach (var row in rows)
            {
                BinaryCopy.WriteRow(buffer, row);
                if (buffer.WrittenCount < ChunkBytes)
                    continue;
                await copy.WriteAsync(buffer.WrittenMemory, ct);
                buffer.ResetWrittenCount();
            }
            BinaryCopy.WriteTrailer(buffer);
            await copy.WriteAsync(buffer.WrittenMemory, ct);
        }
        catch
        {
            // Disposing without cancelling would commit what was sent so far.
            try
            {
                await copy.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // The connection is lost; the original exception is the one to report.
            }
            throw;
        }
    }
}
