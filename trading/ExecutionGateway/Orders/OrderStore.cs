using System.Data.Common;
using Strongroom.Storage;
using Trading.Contracts;

namespace ExecutionGateway.Orders;

/// <summary>
/// Owns the tables <c>orders</c> and <c>order_events</c>. Rows are inserted and never changed; the last event is the state.
/// </summary>
internal sealed class OrderStore(Database database, TimeProvider time)
{
    // Day orders work for a day; a week covers what a long stop left behind without reading years of orders.
    private static readonly TimeSpan s_horizon = TimeSpan.FromDays(7);

    private const string Select = """
        SELECT o.client_order_id, o.run_id, o.cycle, o.symbol, o.side, o.quantity, o.kind, o.limit_price,
               COALESCE(e.opens_risk, o.opens_risk), o.created_at,
               e.state, e.broker_order_id, e.filled_quantity, e.filled_average_price, e.reason, e.at
        FROM orders o JOIN order_events e ON e.client_order_id = o.client_order_id
        WHERE e.sequence = (SELECT MAX(l.sequence) FROM order_events l WHERE l.client_order_id = o.client_order_id)
        """;

    private const string SelectOne = Select + " AND o.client_order_id = @id";

    private const string SelectWorking =
        Select + " AND e.state IN (1, 2, 3, 4) AND o.created_at >= @since ORDER BY o.created_at, o.client_order_id";

    private const string InsertOrder = """
        INSERT INTO orders (client_order_id, run_id, cycle, symbol, side, quantity, kind, limit_price, opens_risk, created_at)
        VALUES (@id, @run, @cycle, @symbol, @side, @quantity, @kind, @limit, @opens, @now)
        """;

    private const string InsertEvent = """
        INSERT INTO order_events (client_order_id, sequence, state, broker_order_id, filled_quantity, filled_average_price,
                                  reason, opens_risk, at)
        VALUES (@id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM order_events WHERE client_order_id = @id),
                @state, @broker, @filled, @price, @reason, @opens, @now)
        """;

    public Task<OrderRow?> FindAsync(string clientOrderId, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(SelectOne, ("@id", clientOrderId));
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? Read(reader) : null;
            },
            ct
        );

    public Task<IReadOnlyList<OrderRow>> WorkingAsync(CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(SelectWorking, ("@since", time.GetUtcNow() - s_horizon));
                await using var reader = await command.ExecuteReaderAsync(token);
                var rows = new List<OrderRow>();
                while (await reader.ReadAsync(token))
                    rows.Add(Read(reader));
                return (IReadOnlyList<OrderRow>)rows;
            },
            ct
        );

    /// <summary>Stores a new order as pending, before anything is sent.</summary>
    public Task<OrderRow> AddAsync(SubmitOrder order, bool opensRisk, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                var now = time.GetUtcNow();
                await using var transaction = await connection.BeginTransactionAsync(token);
                await using var insert = connection.Command(
                    InsertOrder,
                    ("@id", order.ClientOrderId),
                    ("@run", order.RunId),
                    ("@cycle", order.Cycle),
                    ("@symbol", order.Symbol),
                    ("@side", (int)order.Side),
                    ("@quantity", order.Quantity),
                    ("@kind", (int)order.Kind),
                    ("@limit", order.LimitPrice),
                    ("@opens", opensRisk),
                    ("@now", now)
                );
                insert.Transaction = transaction;
                await insert.ExecuteNonQueryAsync(token);
                var pending = new OrderEvent(OrderState.Pending, null, 0, null, null, opensRisk);
                await InsertAsync(connection, transaction, order.ClientOrderId, pending, now, token);
                await transaction.CommitAsync(token);
                return new OrderRow(
                    new OrderReport(
                        order.ClientOrderId,
                        order.RunId,
                        order.Cycle,
                        order.Symbol,
                        order.Side,
                        order.Quantity,
                        order.Kind,
                        order.LimitPrice,
                        opensRisk,
                        pending.State,
                        0,
                        null,
                        null,
                        now,
                        now
                    ),
                    BrokerOrderId: null
                );
            },
            ct
        );

    /// <summary>Stores a new event of an order, unless it is known already.</summary>
    public async Task<OrderRow> AppendAsync(OrderRow row, OrderEvent now, CancellationToken ct)
    {
        var was = row.Report;
        now = now with { OpensRisk = now.OpensRisk ?? was.OpensRisk };
        if (
            was.State == now.State
            && was.FilledQuantity == now.FilledQuantity
            && row.BrokerOrderId == now.BrokerOrderId
            && was.Reason == now.Reason
            && was.OpensRisk == now.OpensRisk
        )
            return row;
        var at = time.GetUtcNow();
        await database.UseAsync((connection, token) => InsertAsync(connection, null, was.ClientOrderId, now, at, token), ct);
        return new OrderRow(
            was with
            {
                State = now.State,
                FilledQuantity = now.FilledQuantity,
                FilledAveragePrice = now.FilledAveragePrice,
                Reason = now.Reason,
                UpdatedAt = at,
                OpensRisk = now.OpensRisk.Value,
            },
            now.BrokerOrderId
        );
    }

    private static async Task<int> InsertAsync(
        DbConnection connection,
        DbTransaction? transaction,
        string clientOrderId,
        OrderEvent what,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        await using var command = connection.Command(
            InsertEvent,
            ("@id", clientOrderId),
            ("@state", (int)what.State),
            ("@broker", what.BrokerOrderId),
            ("@filled", what.FilledQuantity),
            ("@price", what.FilledAveragePrice),
            ("@reason", what.Reason),
            ("@opens", what.OpensRisk),
            ("@now", at)
        );
        command.Transaction = transaction;
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static OrderRow Read(DbDataReader row) =>
        new(
            new OrderReport(
                row.GetString(0),
                row.GetGuid(1),
                row.GetInt32(2),
                row.GetString(3),
                (OrderSide)row.GetInt32(4),
                row.GetDecimal(5),
                (OrderKind)row.GetInt32(6),
                Number(row, 7),
                row.GetBoolean(8),
                (OrderState)row.GetInt32(10),
                row.GetDecimal(12),
                Number(row, 13),
                Text(row, 14),
                row.GetFieldValue<DateTimeOffset>(9),
                row.GetFieldValue<DateTimeOffset>(15)
            ),
            Text(row, 11)
        );

    private static decimal? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
