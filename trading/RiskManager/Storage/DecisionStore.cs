using System.Data.Common;
using Strongroom.Storage;
using Trading.Contracts;

namespace RiskManager.Storage;

/// <summary>A decision, and the time of the price that it is based on.</summary>
internal readonly record struct StoredDecision(Decision Decision, DateTimeOffset BarTime);

/// <summary>Owns the table <c>risk_decisions</c>. Rows are inserted and never changed.</summary>
internal sealed class DecisionStore(Database database, TimeProvider time)
{
    private const string Insert = """
        INSERT INTO risk_decisions (run_id, cycle, symbol, verdict, rule, reason, wanted_quantity, quantity, price, opens_risk,
                                    order_kind, limit_price, client_order_id, bar_time, as_of, created_at)
        VALUES (@run, @cycle, @symbol, @verdict, @rule, @reason, @wanted, @quantity, @price, @opens,
                @kind, @limit, @order, @bar, @asOf, @now)
        ON CONFLICT (run_id, cycle, symbol) DO NOTHING
        """;

    private const string Select = """
        SELECT symbol, verdict, rule, reason, wanted_quantity, quantity, price, opens_risk, order_kind, limit_price,
               client_order_id, bar_time
        FROM risk_decisions WHERE run_id = @run AND cycle = @cycle ORDER BY symbol
        """;

    public Task<IReadOnlyList<StoredDecision>> FindAsync(Guid runId, int cycle, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(Select, ("@run", runId), ("@cycle", cycle));
                await using var reader = await command.ExecuteReaderAsync(token);
                var decisions = new List<StoredDecision>();
                while (await reader.ReadAsync(token))
                    decisions.Add(Read(reader));
                return (IReadOnlyList<StoredDecision>)decisions;
            },
            ct
        );

    /// <summary>Stores all or none.</summary>
    public Task AddAsync(
        DecisionRequest request,
        IReadOnlyList<(Signal Signal, Decision Decision)> decisions,
        CancellationToken ct
    ) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                foreach (var (signal, decision) in decisions)
                {
                    await using var command = connection.Command(
                        Insert,
                        ("@run", request.RunId),
                        ("@cycle", request.Cycle),
                        ("@symbol", decision.Symbol),
                        ("@verdict", (int)decision.Verdict),
                        ("@rule", (int)decision.Rule),
                        ("@reason", decision.Reason),
                        ("@wanted", decision.WantedQuantity),
                        ("@quantity", decision.Quantity),
                        ("@price", decision.Price),
                        ("@opens", decision.OpensRisk),
                        ("@kind", (int?)decision.Kind),
                        ("@limit", decision.LimitPrice),
                        ("@order", decision.ClientOrderId),
                        ("@bar", signal.BarTime.ToUniversalTime()),
                        ("@asOf", request.AsOf.ToUniversalTime()),
                        ("@now", time.GetUtcNow())
                    );
                    command.Transaction = transaction;
                    await command.ExecuteNonQueryAsync(token);
                }
                await transaction.CommitAsync(token);
                return decisions.Count;
            },
            ct
        );

    private static StoredDecision Read(DbDataReader row) =>
        new(
            new Decision(
                row.GetString(0),
                (Verdict)row.GetInt32(1),
                (RiskRule)row.GetInt32(2),
                row.GetString(3),
                row.GetDecimal(4),
                row.GetDecimal(5),
                row.GetDecimal(6),
                row.GetBoolean(7),
                row.IsDBNull(8) ? null : (OrderKind)row.GetInt32(8),
                row.IsDBNull(9) ? null : row.GetDecimal(9),
                row.IsDBNull(10) ? null : row.GetString(10),
                OrderState: null
            ),
            row.GetFieldValue<DateTimeOffset>(11)
        );
}
