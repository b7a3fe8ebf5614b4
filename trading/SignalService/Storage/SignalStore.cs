using System.Data.Common;
using Strongroom.Storage;
using Trading.Contracts;
using Trading.ServiceDefaults;

namespace SignalService.Storage;

/// <summary>Owns the table <c>signals</c>. Rows are inserted and never changed.</summary>
internal sealed class SignalStore(Database database, TradingSettings settings, TimeProvider time)
{
    private const string Insert = """
        INSERT INTO signals (run_id, cycle, symbol, strategy_id, direction, strength, target_weight, price, bar_time, as_of,
                             created_at)
        VALUES (@run, @cycle, @symbol, @strategy, @direction, @strength, @weight, @price, @bar, @asOf, @now)
        ON CONFLICT (run_id, cycle, symbol) DO NOTHING
        """;

    private const string Select =
        "SELECT symbol, direction, strength, target_weight, price, bar_time FROM signals WHERE run_id = @run AND cycle = "
        + "@cycle ORDER BY symbol";

    public Task<IReadOnlyList<Signal>> FindAsync(Guid runId, int cycle, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(Select, ("@run", runId), ("@cycle", cycle));
                await using var reader = await command.ExecuteReaderAsync(token);
                var signals = new List<Signal>();
                while (await reader.ReadAsync(token))
                    signals.Add(Read(reader));
                return (IReadOnlyList<Signal>)signals;
            },
            ct
        );

    /// <summary>Stores all or none.</summary>
    public Task AddAsync(SignalRequest request, IReadOnlyList<Signal> signals, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                foreach (var signal in signals)
                {
                    await using var command = connection.Command(
                        Insert,
                        ("@run", request.RunId),
                        ("@cycle", request.Cycle),
                        ("@symbol", signal.Symbol),
                        ("@strategy", settings.StrategyId),
                        ("@direction", (int)signal.Direction),
                        ("@strength", signal.Strength),
                        ("@weight", signal.TargetWeight),
                        ("@price", signal.Price),
                        ("@bar", signal.BarTime.ToUniversalTime()),
                        ("@asOf", request.AsOf.ToUniversalTime()),
                        ("@now", time.GetUtcNow())
                    );
                    command.Transaction = transaction;
                    await command.ExecuteNonQueryAsync(token);
                }
                await transaction.CommitAsync(token);
                return signals.Count;
            },
            ct
        );

    private static Signal Read(DbDataReader row) =>
        new(
            row.GetString(0),
            (SignalDirection)row.GetInt32(1),
            row.GetDecimal(2),
            row.GetDecimal(3),
            row.GetDecimal(4),
            row.GetFieldValue<DateTimeOffset>(5)
        );
}
