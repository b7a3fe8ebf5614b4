using ExecutionGateway.Orders;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Runs;
using RiskManager.Storage;
using SignalService.Storage;
using Strongroom.Storage;
using Trading.Contracts;
using Trading.ServiceDefaults;
using Trading.Tests.Support;

namespace Trading.Tests;

/// <summary>What every store promises, on both databases: the same statements run on each.</summary>
public class StoreTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 15, 0, 0, 123, TimeSpan.Zero);
    private static readonly FakeTimeProvider s_time = new(s_now);
    private static readonly Guid s_run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseDialect.Sqlite)]
    [InlineData(DatabaseDialect.PostgreSql)]
    public async Task Stores_give_back_what_was_put_in_and_keep_the_first_word(DatabaseDialect dialect)
    {
        await using var database = await CreateAsync(dialect);
        await SignalsAsync(new SignalStore(database.Database, new TradingSettings(), s_time));
        await DecisionsAsync(new DecisionStore(database.Database, s_time));
        await OrdersAsync(new OrderStore(database.Database, s_time));
        await RunsAsync(new RunStore(database.Database, s_time));
    }

    private static async Task SignalsAsync(SignalStore store)
    {
        var signal = new Signal("AAPL", SignalDirection.Short, -0.1234m, -0.05m, 230.01m, s_now);
        var request = new SignalRequest(s_run, 1, s_now, ["AAPL"]);
        await store.AddAsync(request, [signal], Ct);
        await store.AddAsync(request, [signal with { Price = 1 }], Ct);
        Assert.Equal([signal], await store.FindAsync(s_run, 1, Ct));
        Assert.Empty(await store.FindAsync(s_run, 2, Ct));
    }

    private static async Task DecisionsAsync(DecisionStore store)
    {
        var signal = new Signal("AAPL", SignalDirection.Long, 0.5m, 0.1m, 230.01m, s_now);
        var refused = new Decision(
            "AAPL",
            Verdict.Refused,
            RiskRule.GrossLimit,
            "Too much.",
            40,
            0,
            230.01m,
            false,
            null,
            null,
            null,
            null
        );
        var ordered = new Decision(
            "MSFT",
            Verdict.Resized,
            RiskRule.OrderLimit,
            "Less.",
            -40,
            -20,
            430.5m,
            true,
            OrderKind.Limit,
            430.63m,
            "id-1",
            null
        );
        var request = new DecisionRequest(s_run, 1, s_now, [signal]);
        await store.AddAsync(request, [(signal, refused), (signal, ordered)], Ct);
        await store.AddAsync(request, [(signal, refused with { Quantity = 40 })], Ct);
        Assert.Equal(
            [new StoredDecision(refused, s_now), new StoredDecision(ordered, s_now)],
            await store.FindAsync(s_run, 1, Ct)
        );
    }

    private static async Task OrdersAsync(OrderStore store)
    {
        var order = new SubmitOrder("id-1", s_run, 1, "AAPL", OrderSide.Sell, 10, OrderKind.Limit, 230.02m);
        var added = await store.AddAsync(order, opensRisk: true, Ct);
        Assert.Equal(added, await store.FindAsync("id-1", Ct));
        Assert.Equal([added], await store.WorkingAsync(Ct));

        var filling = await store.AppendAsync(added, new OrderEvent(OrderState.PartiallyFilled, "b", 4, 230.025m, null), Ct);
        Assert.Equal(filling, await store.FindAsync("id-1", Ct));
        Assert.Same(
            filling,
            await store.AppendAsync(filling, new OrderEvent(OrderState.PartiallyFilled, "b", 4, 230.025m, null), Ct)
        );
        await store.AppendAsync(filling, new OrderEvent(OrderState.Filled, "b", 10, 230.03m, null), Ct);
        Assert.Equal(OrderState.Filled, (await store.FindAsync("id-1", Ct))!.Report.State);
        Assert.Empty(await store.WorkingAsync(Ct));
        Assert.Null(await store.FindAsync("id-2", Ct));
    }

    private static async Task RunsAsync(RunStore store)
    {
        var request = new RunRequest(s_run, ["AAPL", "MSFT"], 2, 10, null);
        await store.AddAsync(s_run, request, Ct);
        await store.AddAsync(s_run, request with { Cycles = 99 }, Ct);
        var run = (await store.FindUnfinishedAsync(Ct))!;
        Assert.True(run.IsSame(request));
        Assert.Equal((RunState.Waiting, 0, null), (run.State, run.CyclesDone, run.StartAt));

        await store.PlaceInTimeAsync(s_run, s_now, s_now.AddHours(5), Ct);
        await store.AddCycleAsync(run, new CycleResult(s_now, null, new RunCounts(2, 1, 0, 1, 0, 0), null), Ct);
        run = (await store.FindAsync(s_run, Ct))!;
        Assert.Equal((RunState.Running, 2, s_now.AddMinutes(10)), (run.State, run.NextCycle, run.NextDue));
        await store.AddCycleAsync(run, new CycleResult(s_now, s_now, new RunCounts(2, 0, 1, 0, 1, 3), 100_000.5m), Ct);
        Assert.Equal((new RunCounts(4, 1, 1, 1, 1, 3), s_now, 100_000.5m), await store.SumAsync(s_run, Ct));
        await store.EndAsync(s_run, RunState.Done, Ct);
        Assert.Null(await store.FindUnfinishedAsync(Ct));
    }

    private static Task<TestDatabase> CreateAsync(DatabaseDialect dialect)
    {
        System.Reflection.Assembly[] services =
        [
            typeof(SignalStore).Assembly,
            typeof(DecisionStore).Assembly,
            typeof(OrderStore).Assembly,
            typeof(RunStore).Assembly,
        ];
        return dialect == DatabaseDialect.Sqlite
            ? TestDatabase.CreateAsync(TimeProvider.System, services)
            : TestDatabase.CreatePostgresAsync(TimeProvider.System, services);
    }
}
