using ExecutionGateway.Orders;
using Trading.Contracts;

namespace Trading.Tests.ExecutionGateway;

public class PositionRiskTests
{
    [Theory]
    [InlineData(OrderSide.Buy, 10, 0, 0, true)]
    [InlineData(OrderSide.Sell, 10, 0, 0, true)]
    [InlineData(OrderSide.Sell, 10, 10, 0, false)]
    [InlineData(OrderSide.Sell, 11, 10, 0, true)]
    [InlineData(OrderSide.Sell, 10, 10, -1, true)]
    [InlineData(OrderSide.Buy, 10, -10, 0, false)]
    [InlineData(OrderSide.Buy, 10, 10, 0, true)]
    public void Opens_is_a_matter_of_the_position(OrderSide side, int quantity, int held, int working, bool opens)
    {
        var order = new SubmitOrder("a", Guid.NewGuid(), 1, "AAPL", side, quantity, OrderKind.Market, null);
        OrderReport[] others =
            working == 0
                ? []
                :
                [
                    new(
                        "b",
                        Guid.NewGuid(),
                        1,
                        "AAPL",
                        working > 0 ? OrderSide.Buy : OrderSide.Sell,
                        Math.Abs(working),
                        OrderKind.Market,
                        null,
                        false,
                        OrderState.Working,
                        0,
                        null,
                        null,
                        default,
                        default
                    ),
                ];
        Assert.Equal(opens, PositionRisk.Opens(order, held, others));
    }
}
