using System.Data.Common;
using Strongroom.Audit;
using static Strongroom.Audit.AuditColumns;

namespace Strongroom.Storage.Audit;

/// <summary>Finds gaps in the sequence of a boot, using only the primary key.</summary>
internal static class MissingRows
{
    // The last row follows the range, so that a gap at its end also lies between two rows.
    private const string Sql = $"""
        SELECT previous + 1, {Sequence} - 1
        FROM (
            SELECT {Sequence}, lag({Sequence}, 1, CAST(@first - 1 AS bigint)) OVER (ORDER BY {Sequence}) AS previous
            FROM (
                SELECT {Sequence} FROM access_log
                WHERE {Boot} = @{Boot} AND {Instance} = @{Instance} AND {Sequence} BETWEEN @first AND @last
                UNION ALL
                SELECT CAST(@last + 1 AS bigint)
            ) AS present
        ) AS pairs
        WHERE {Sequence} > previous + 1
        ORDER BY 1
        """;

    internal static async Task<IReadOnlyList<SequenceRange>> FindAsync(
        DbConnection connection,
        DatabaseDialect dialect,
        string instance,
        Guid boot,
        SequenceRange range,
        CancellationToken ct
    )
    {
        await using var command = connection.Command(
            Sql,
            (Boot, StoredValue.Id(dialect, boot)),
            (Instance, StoredValue.Text(instance)),
            ("first", range.First),
            ("last", range.Last)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var missing = new List<SequenceRange>();
        while (await reader.ReadAsync(ct))
            missing.Add(new SequenceRange(reader.GetInt64(0), reader.GetInt64(1)));
        return missing;
    }
}
