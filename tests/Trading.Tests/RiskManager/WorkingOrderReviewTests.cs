using RiskManager;
using RiskManager.Decisions;
using Trading.Contracts;

namespace Trading.Tests.RiskManager;

public class WorkingOrderReviewTests
{
    private static readonly Guid s_run = Guid.NewGuid();

    [Theory]
    [InlineData(9, 0.05, false)]
    [InlineData(8, 0.05, true)]
    [InlineData(9, -0.05, true)]
    [InlineData(9, 0.0, false)]
    public void Outdated_names_orders_that_rested_too_long_or_whose_signal_turned(int orderCycle, double weight, bool outdated)
    {
        var order = Order(s_run, orderCycle);
        Assert.Equal(outdated ? 1 : 0, Review([order], (decimal)weight).Count);
    }

    [Fact]
    public void Outdated_names_orders_of_another_run() => Assert.Single(Review([Order(Guid.NewGuid(), 9)], 0.05m));

    [Fact]
    public void Outdated_leaves_alone_what_cannot_fill_any_more() =>
        Assert.Empty(Review([Order(s_run, 1) with { State = OrderState.Filled }], 0.05m));

    private static IReadOnlyList<(OrderReport Order, string Reason)> Review(OrderReport[] working, decimal weight)
    {
        var book = new CycleBook(new AccountReport(100_000, 100_000, 100_000, 200_000, AllowedOrders.All), [], working);
        var signal = new Signal("AAPL", SignalDirection.Long, 0.5m, weight, 100, default);
        return new WorkingOrderReview(new RiskOptions()).Outdated(s_run, 10, [signal], book, working);
    }

    private static OrderReport Order(Guid run, int cycle) =>
        new(
            $"{run:N}-{cycle}-AAPL",
            run,
            cycle,
            "AAPL",
            OrderSide.Buy,
            50,
            OrderKind.Limit,
            99,
            true,
            OrderState.Working,
            0,
            null,
            null,
            default,
            default
        );
}
