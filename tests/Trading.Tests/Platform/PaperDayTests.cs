using Strongroom.Breaker;
using Strongroom.Storage;
using Trading.Contracts;

namespace Trading.Tests.Platform;

public class PaperDayTests
{
    private static readonly RunRequest s_day = new(null, PaperDay.Symbols, Cycles: 39, BarsPerCycle: 10, StartAt: null);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_day_runs_39_cycles_with_fills_refusals_and_cancellations_and_its_book_is_the_brokers()
    {
        await using var day = await PaperDay.StartAsync();
        var id = await day.AcceptAsync(s_day);
        await day.RunDayAsync(bars: 10);

        var run = (await day.Runs.FindAsync(id, Ct))!;
        Assert.Equal((RunState.Done, 39), (run.State, run.CyclesDone));
        var (counts, lastBar, equity) = await day.Runs.SumAsync(id, Ct);
        Assert.Equal(39 * 8, counts.Signals);
        Assert.Equal(counts.Signals, counts.Approved + counts.Resized + counts.Refused + counts.Unchanged);
        Assert.True(
            counts.Refused >= 1 && counts.Cancelled >= 1 && counts.Approved >= 1 && counts.Resized >= 1,
            counts.ToString()
        );
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 20, 50, 0, TimeSpan.Zero), lastBar);
        Assert.NotNull(equity);

        Assert.Contains(day.Broker.Orders, order => order.Status == "filled");
        Assert.All(day.Broker.OrderAttempts, attempt => Assert.Equal(200, attempt.Status));
        Assert.Equal(counts.Approved + counts.Resized, day.Broker.OrderAttempts.Count);
        Assert.Equal(
            day.Broker.Orders.Select(order => order.ClientOrderId).Order(StringComparer.Ordinal),
            await OrderIdsAsync(day)
        );
    }

    [Fact]
    public async Task The_same_seed_is_the_same_day()
    {
        Assert.Equal(await RunMorningAsync(seed: 7), await RunMorningAsync(seed: 7));
        Assert.NotEqual(await RunMorningAsync(seed: 7), await RunMorningAsync(seed: 8));
    }

    [Fact]
    public async Task A_cycle_that_is_taken_again_sends_no_order_twice()
    {
        await using var day = await PaperDay.StartAsync();
        await day.Broker.Clock.AdvanceAsync(60, Ct);
        var id = await day.AcceptAsync(s_day);
        // The process dies after risk has ordered and before the cycle is written down: the tables of the orchestrator know
        // nothing.
        await day.StepAsync();
        var sent = day.Broker.OrderAttempts.Count;
        Assert.True(sent > 0);
        await day.Database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command("DELETE FROM cycles WHERE run_id = @id", ("@id", id));
                return await command.ExecuteNonQueryAsync(token);
            },
            Ct
        );

        await day.StepAsync();
        Assert.Equal(1, (await day.Runs.FindAsync(id, Ct))!.CyclesDone);
        Assert.Equal(sent, day.Broker.OrderAttempts.Count);
    }

    [Fact]
    public async Task A_run_ends_with_the_market_when_its_cycles_do_not_fit()
    {
        await using var day = await PaperDay.StartAsync();
        await day.Broker.Clock.AdvanceAsync(380, Ct);
        var id = await day.AcceptAsync(s_day with { Symbols = ["AAPL"] });
        await day.StepAsync();
        await day.Broker.Clock.AdvanceAsync(30, Ct);
        await day.StepAsync();
        var run = (await day.Runs.FindAsync(id, Ct))!;
        Assert.Equal((RunState.MarketClosed, 1), (run.State, run.CyclesDone));
    }

    [Fact]
    public async Task While_trading_is_stopped_no_order_that_opens_leaves_and_positions_shrink()
    {
        await using var day = await PaperDay.StartAsync();
        await day.Broker.Clock.AdvanceAsync(60, Ct);
        await day.AcceptAsync(s_day);
        for (var cycle = 0; cycle < 15; cycle++)
        {
            await day.StepAsync();
            await day.Broker.Clock.AdvanceAsync(10, Ct);
        }
        var before = day.Broker.OrderAttempts.Count;
        day.Breaker.Permission = CredentialPermission.Halted;
        for (var cycle = 0; cycle < 15; cycle++)
        {
            await day.StepAsync();
            await day.Broker.Clock.AdvanceAsync(10, Ct);
        }
        var after = day.Broker.Orders.Skip(before).ToList();
        Assert.NotEmpty(after);
        Assert.All(after, order => Assert.Equal("market", order.Type));
    }

    private static async Task<List<string>> RunMorningAsync(int seed)
    {
        await using var day = await PaperDay.StartAsync(seed);
        await day.AcceptAsync(s_day);
        for (var cycle = 0; cycle < 12; cycle++)
        {
            await day.StepAsync();
            await day.Broker.Clock.AdvanceAsync(10, Ct);
        }
        return
        [
            .. day
                .Broker.Orders.Select(order =>
                    $"{order.SubmittedAt:HH:mm} {order.Symbol} {order.Side} {order.Quantity} {order.LimitPrice} {order.Status}"
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    private static Task<List<string>> OrderIdsAsync(PaperDay day) =>
        day.Database.UseAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command("SELECT client_order_id FROM orders ORDER BY client_order_id");
                await using var reader = await command.ExecuteReaderAsync(token);
                var ids = new List<string>();
                while (await reader.ReadAsync(token))
                    ids.Add(reader.GetString(0));
                return ids;
            },
            Ct
        );
}
