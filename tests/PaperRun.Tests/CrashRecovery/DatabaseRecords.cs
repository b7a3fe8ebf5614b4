using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PaperRun.Tests.CrashRecovery;

/// <summary>An order of the gateway's tables with its state, in the broker's words where the broker has one.</summary>
internal sealed record BookedOrder(
    string ClientOrderId,
    string Symbol,
    string Side,
    decimal Quantity,
    string State,
    decimal Filled,
    bool OpensRisk
);

/// <summary>What the services wrote down, read beside them.</summary>
internal sealed class DatabaseRecords(string path)
{
    internal static readonly IReadOnlyList<string> NeverAtTheBroker = ["rejected", "refused", "lost"];

    internal Task<IReadOnlyList<BookedOrder>> OrdersAsync() =>
        ReadAsync(
            """
            SELECT o.client_order_id, o.symbol, o.side, o.quantity, e.state, e.filled_quantity,
                COALESCE(e.opens_risk, o.opens_risk)
            FROM orders o JOIN order_events e ON e.client_order_id = o.client_order_id
            WHERE e.sequence = (SELECT MAX(l.sequence) FROM order_events l WHERE l.client_order_id = o.client_order_id)
            """,
            row => new BookedOrder(
                row.GetString(0),
                row.GetString(1),
                row.GetInt32(2) == 1 ? "buy" : "sell",
                decimal.Parse(row.GetString(3), CultureInfo.InvariantCulture),
                StateOf(row.GetInt32(4)),
                decimal.Parse(row.GetString(5), CultureInfo.InvariantCulture),
                row.GetInt32(6) == 1
            )
        );

    internal async Task<int> CyclesDoneAsync() => (await ReadAsync("SELECT COUNT(*) FROM cycles", row => row.GetInt32(0)))[0];

    internal async Task<int> CountOrdersAsync() => (await ReadAsync("SELECT COUNT(*) FROM orders", row => row.GetInt32(0)))[0];

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<SqliteDataReader, T> read)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = 30,
            }.ToString()
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    // The numbers are the gateway's stored ones.
    private static string StateOf(int state) =>
        state switch
        {
            1 => "pending",
            2 => "unknown",
            3 => "new",
            4 => "partially_filled",
            10 => "filled",
            11 => "canceled",
            12 => "expired",
            13 => "rejected",
            14 => "refused",
            15 => "lost",
            _ => $"state {state}",
        };
}
