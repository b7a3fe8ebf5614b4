using System.Data.Common;
using Strongroom.Storage;
using Trading.Contracts;

namespace Orchestrator.Runs;

/// <summary>
/// Owns the tables <c>runs</c> and <c>cycles</c>. A run's state moves on; a cycle is written once, when it is done.
/// </summary>
internal sealed class RunStore(Database database, TimeProvider time)
{
    private const string Select = """
        SELECT r.run_id, r.symbols, r.cycles, r.bars_per_cycle, r.state,
               (SELECT COUNT(*) FROM cycles c WHERE c.run_id = r.run_id), r.start_at, r.closes_at
        FROM runs r
        """;

    public Task AddAsync(Guid id, RunRequest request, CancellationToken ct) =>
        RunAsync(
            """
            INSERT INTO runs (run_id, symbols, cycles, bars_per_cycle, state, start_at, created_at)
            VALUES (@id, @symbols, @cycles, @bars, @state, @start, @now) ON CONFLICT (run_id) DO NOTHING
            """,
            ct,
            ("@id", id),
            ("@symbols", string.Join(',', request.Symbols)),
            ("@cycles", request.Cycles),
            ("@bars", request.BarsPerCycle),
            ("@state", (int)RunState.Waiting),
            ("@start", request.StartAt?.ToUniversalTime()),
            ("@now", time.GetUtcNow())
        );

    public Task<Run?> FindAsync(Guid id, CancellationToken ct) => FindAsync(Select + " WHERE r.run_id = @id", ct, ("@id", id));

    /// <summary>The oldest unfinished run.</summary>
    public Task<Run?> FindUnfinishedAsync(CancellationToken ct) =>
        FindAsync(Select + " WHERE r.state IN (1, 2) ORDER BY r.created_at, r.run_id LIMIT 1", ct);

    public Task PlaceInTimeAsync(Guid id, DateTimeOffset startAt, DateTimeOffset? closesAt, CancellationToken ct) =>
        RunAsync(
            "UPDATE runs SET start_at = @start, closes_at = @closes WHERE run_id = @id",
            ct,
            ("@id", id),
            ("@start", startAt),
            ("@closes", closesAt)
        );

    public Task EndAsync(Guid id, RunState state, CancellationToken ct) =>
        RunAsync(
            "UPDATE runs SET state = @state, ended_at = @now WHERE run_id = @id",
            ct,
            ("@id", id),
            ("@state", (int)state),
            ("@now", time.GetUtcNow())
        );

    /// <summary>Stores the run's next cycle as done.</summary>
    public Task AddCycleAsync(Run run, CycleResult result, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                await using var insert = connection.Command(
                    """
                    INSERT INTO cycles (run_id, cycle, as_of, bar_time, signals, approved, resized, refused, unchanged, cancelled,
                                        equity, done_at)
                    VALUES (@id, @cycle, @asOf, @bar, @signals, @approved, @resized, @refused, @unchanged, @cancelled,
                            @equity, @now)
                    ON CONFLICT (run_id, cycle) DO NOTHING
                    """,
                    ("@id", run.Id),
                    ("@cycle", run.NextCycle),
                    ("@asOf", result.AsOf),
                    ("@bar", result.BarTime),
                    ("@signals", result.Counts.Signals),
                    ("@approved", result.Counts.Approved),
                    ("@resized", result.Counts.Resized),
                    ("@refused", result.Counts.Refused),
                    ("@unchanged", result.Counts.Unchanged),
                    ("@cancelled", result.Counts.Cancelled),
                    ("@equity", result.Equity),
                    ("@now", time.GetUtcNow())
                );
                insert.Transaction = transaction;
                await insert.ExecuteNonQueryAsync(token);
                await using var update = connection.Command(
                    "UPDATE runs SET state = @state WHERE run_id = @id AND state = @waiting",
                    ("@id", run.Id),
                    ("@state", (int)RunState.Running),
                    ("@waiting", (int)RunState.Waiting)
                );
                update.Transaction = transaction;
                await update.ExecuteNonQueryAsync(token);
                await transaction.CommitAsync(token);
                return run.NextCycle;
            },
            ct
        );

    public Task<(RunCounts Counts, DateTimeOffset? LastBarTime, decimal? Equity)> SumAsync(Guid id, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    "SELECT signals, approved, resized, refused, unchanged, cancelled, bar_time, equity FROM cycles WHERE "
                        + "run_id = @id ORDER BY cycle",
                    ("@id", id)
                );
                await using var reader = await command.ExecuteReaderAsync(token);
                var sum = new RunCounts(0, 0, 0, 0, 0, 0);
                DateTimeOffset? lastBar = null;
                decimal? equity = null;
                while (await reader.ReadAsync(token))
                {
                    sum = new RunCounts(
                        sum.Signals + reader.GetInt32(0),
                        sum.Approved + reader.GetInt32(1),
                        sum.Resized + reader.GetInt32(2),
                        sum.Refused + reader.GetInt32(3),
                        sum.Unchanged + reader.GetInt32(4),
                        sum.Cancelled + reader.GetInt32(5)
                    );
                    lastBar = Timestamp(reader, 6) ?? lastBar;
                    equity = reader.IsDBNull(7) ? equity : reader.GetDecimal(7);
                }
                return (sum, lastBar, equity);
            },
            ct
        );

    private Task<Run?> FindAsync(string sql, CancellationToken ct, params (string Name, object? Value)[] parameters) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(sql, parameters);
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? Read(reader) : null;
            },
            ct
        );

    private Task<int> RunAsync(string sql, CancellationToken ct, params (string Name, object? Value)[] parameters) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(sql, parameters);
                return await command.ExecuteNonQueryAsync(token);
            },
            ct
        );

    private static Run Read(DbDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetString(1).Split(','),
            row.GetInt32(2),
            row.GetInt32(3),
            (RunState)row.GetInt32(4),
            (int)row.GetInt64(5),
            Timestamp(row, 6),
            Timestamp(row, 7)
        );

    private static DateTimeOffset? Timestamp(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
