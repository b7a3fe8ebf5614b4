using System.Data.Common;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>Finds the holes in a boot's sequence, by the primary key alone.</summary>
internal static class MissingRows
{
    // The last line stands behind the range, so that a hole at its end is one between two rows like any other.
    private const string Sql = """
        SELECT previous + 1, sequence - 1
        FROM (
            SELECT sequence, lag(sequence, 1, CAST(@first - 1 AS bigint)) OVER (ORDER BY sequence) AS previous
            FROM (
                SELECT sequence FROM access_log WHERE boot = @boot AND instance = @instance AND sequence BETWEEN @first AND @last
                UNION ALL
                SELECT CAST(@last + 1 AS bigint)
            ) AS present
        ) AS pairs
        WHERE sequence > previous + 1
        ORDER BY 1
        """;

    internal static async Task<IReadOnlyList<SequenceRange>> FindAsync(
        DbConnection connection,
        DatabaseDialect dialect,
        string instance,
        Guid boot,
        SequenceRange asked,
        CancellationToken ct
    )
    {
        await using var command = connection.Command(
            Sql,
            ("boot", StoredValue.Id(dialect, boot)),
            ("instance", StoredValue.Text(instance)),
            ("first", asked.First),
            ("last", asked.Last)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var missing = new List<SequenceRange>();
        while (await reader.ReadAsync(ct))
            missing.Add(new SequenceRange(reader.GetInt64(0), reader.GetInt64(1)));
        return missing;
    }
}
