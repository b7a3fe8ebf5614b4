using RiskManager;
using RiskManager.Decisions;
using RiskManager.Rules;
using Strongroom.Breaker;
using Trading.Contracts;
using Trading.Tests.Support;

namespace Trading.Tests.RiskManager;

public class RiskEngineTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 15, 0, 0, TimeSpan.Zero);
    private static readonly Guid s_run = Guid.NewGuid();
    private readonly SettableBreaker _breaker = new();

    [Fact]
    public void Decide_within_every_limit_is_approved_at_a_price_inside_the_market()
    {
        var decision = Decide(Signal(0.05m), Book());
        Assert.Equal((Verdict.Approved, RiskRule.None, 50m), (decision.Verdict, decision.Rule, decision.Quantity));
        Assert.True(decision.OpensRisk);
        Assert.Equal(OrderKind.Limit, decision.Kind);
        Assert.Equal(99.97m, decision.LimitPrice);
        Assert.Equal(ClientOrderId.Of(s_run, 3, "AAPL"), decision.ClientOrderId);
    }

    [Fact]
    public void Decide_over_the_position_limit_is_resized_to_it()
    {
        var decision = Decide(Signal(0.25m), Book(Held(100)));
        Assert.Equal((Verdict.Resized, RiskRule.PositionLimit, 50m), (decision.Verdict, decision.Rule, decision.Quantity));
    }

    [Fact]
    public void Decide_at_the_position_limit_is_refused()
    {
        var decision = Decide(Signal(0.25m), Book(Held(150)));
        Assert.Equal((Verdict.Refused, RiskRule.PositionLimit, 0m), (decision.Verdict, decision.Rule, decision.Quantity));
        Assert.Contains("MAX_POSITION_WEIGHT", decision.Reason, StringComparison.Ordinal);
        Assert.Null(decision.ClientOrderId);
    }

    [Fact]
    public void Decide_over_the_order_limit_is_resized_to_it() =>
        Assert.Equal((RiskRule.OrderLimit, 100m), (Decide(Signal(0.14m), Book()).Rule, Decide(Signal(0.14m), Book()).Quantity));

    [Fact]
    public void Decide_counts_what_the_same_cycle_has_opened_already()
    {
        var book = Book(new Position("MSFT", 745, 100, 100));
        Assert.Equal(50, Decide(Signal(0.05m), book).Quantity);
        Assert.Equal(RiskRule.GrossLimit, Decide(Signal(0.05m) with { Symbol = "NVDA" }, book).Rule);
    }

    [Theory]
    [InlineData(CredentialPermission.Halted)]
    [InlineData(CredentialPermission.Restricted)]
    public void Decide_while_trading_is_stopped_opens_nothing_and_reduces_still(CredentialPermission permission)
    {
        _breaker.Permission = permission;
        Assert.Equal((Verdict.Refused, RiskRule.TradingHalted), Outcome(Decide(Signal(0.05m), Book())));
        Assert.Equal((Verdict.Approved, -100m), Quantity(Decide(Signal(0), Book(Held(100)))));
    }

    [Fact]
    public void Decide_while_the_gateway_is_stopped_opens_nothing() =>
        Assert.Equal(
            (Verdict.Refused, RiskRule.TradingHalted),
            Outcome(Decide(Signal(0.05m), Book(allowed: AllowedOrders.ReduceOnly)))
        );

    [Fact]
    public void Decide_after_the_daily_loss_opens_nothing_and_reduces_still()
    {
        Assert.Equal((Verdict.Refused, RiskRule.DailyLoss), Outcome(Decide(Signal(0.05m), Book(lastEquity: 102_100))));
        Assert.Equal((Verdict.Approved, -100m), Quantity(Decide(Signal(0), Book(lastEquity: 102_100, positions: Held(100)))));
    }

    [Fact]
    public void Decide_takes_the_position_and_not_the_side_for_risk()
    {
        var soldShort = Decide(Signal(-0.05m), Book());
        Assert.Equal((-50m, true, OrderKind.Limit), (soldShort.Quantity, soldShort.OpensRisk, soldShort.Kind!.Value));
        Assert.Equal(100.03m, soldShort.LimitPrice);
        var boughtBack = Decide(Signal(0), Book(Held(-50)));
        Assert.Equal((50m, false, OrderKind.Market), (boughtBack.Quantity, boughtBack.OpensRisk, boughtBack.Kind!.Value));
    }

    [Fact]
    public void Decide_where_short_is_not_allowed_refuses_to_sell_from_nothing_and_sells_what_is_held()
    {
        var options = new RiskOptions { AllowShort = false };
        Assert.Equal((Verdict.Refused, RiskRule.NoShort), Outcome(Decide(Signal(-0.05m), Book(), options)));
        Assert.Equal(-50, Decide(Signal(-0.05m), Book(Held(50)), options).Quantity);
    }

    [Fact]
    public void Decide_of_a_turn_round_closes_first()
    {
        var decision = Decide(Signal(-0.05m), Book(Held(80)));
        Assert.Equal(
            (Verdict.Resized, RiskRule.CloseFirst, -80m, false),
            (decision.Verdict, decision.Rule, decision.Quantity, decision.OpensRisk)
        );
    }

    [Fact]
    public void Decide_while_the_position_is_being_closed_sends_no_second_close()
    {
        var book = Book([Held(80)], [Working(-80)]);
        Assert.Equal((Verdict.Refused, RiskRule.CloseFirst), Outcome(Decide(Signal(-0.05m), book)));
    }

    [Fact]
    public void Decide_against_a_working_order_of_the_other_side_is_refused() =>
        Assert.Equal((Verdict.Refused, RiskRule.OppositeOrder), Outcome(Decide(Signal(-0.05m), Book([], [Working(30)]))));

    [Fact]
    public void Decide_counts_what_is_on_its_way() =>
        Assert.Equal(Verdict.Unchanged, Decide(Signal(0.05m), Book([], [Working(50)])).Verdict);

    [Theory]
    [InlineData(300, Verdict.Approved)]
    [InlineData(301, Verdict.Refused)]
    public void Decide_on_a_bar_past_its_age_is_refused(int seconds, Verdict expected) =>
        Assert.Equal(expected, Decide(Signal(0.05m) with { BarTime = s_now.AddSeconds(-seconds) }, Book()).Verdict);

    [Fact]
    public void Decide_on_a_bar_past_its_age_reduces_still()
    {
        var old = s_now.AddHours(-1);
        Assert.Equal((Verdict.Approved, -100m), Quantity(Decide(Signal(0) with { BarTime = old }, Book(Held(100)))));
        Assert.Equal((Verdict.Resized, -100m), Quantity(Decide(Signal(-0.05m) with { BarTime = old }, Book(Held(100)))));
        Assert.Equal(
            (Verdict.Refused, RiskRule.StaleData),
            Outcome(Decide(Signal(0.15m) with { BarTime = old }, Book(Held(100))))
        );
    }

    [Fact]
    public void Decide_without_a_price_orders_nothing() =>
        Assert.Equal((Verdict.Refused, RiskRule.StaleData), Outcome(Decide(Signal(0) with { Price = 0 }, Book(Held(100)))));

    [Fact]
    public void Decide_on_a_price_of_the_future_opens_nothing_and_reduces_still()
    {
        var later = s_now.AddMinutes(61);
        Assert.Equal((Verdict.Refused, RiskRule.StaleData), Outcome(Decide(Signal(0.05m) with { BarTime = later }, Book())));
        Assert.Equal((Verdict.Approved, -100m), Quantity(Decide(Signal(0) with { BarTime = later }, Book(Held(100)))));
    }

    [Fact]
    public void Decide_near_the_target_leaves_the_position_alone() =>
        Assert.Equal(Verdict.Unchanged, Decide(Signal(0.05m), Book(Held(35))).Verdict);

    private Decision Decide(Signal signal, CycleBook book, RiskOptions? options = null)
    {
        options ??= new RiskOptions();
        IOpeningRule[] rules =
        [
            new TradingHalted(_breaker),
            new DailyLoss(options),
            new NoShort(options),
            new PositionLimit(options),
            new GrossLimit(options),
            new OrderLimit(options),
            new BuyingPower(),
        ];
        return new RiskEngine(options, rules).Decide(s_run, 3, s_now, signal, book);
    }

    private static Signal Signal(decimal weight) => new("AAPL", SignalDirection.Long, 0.5m, weight, 100m, s_now);

    private static Position Held(decimal quantity) => new("AAPL", quantity, 100, 100);

    private static OrderReport Working(decimal quantity) =>
        new(
            "earlier",
            s_run,
            2,
            "AAPL",
            quantity > 0 ? OrderSide.Buy : OrderSide.Sell,
            Math.Abs(quantity),
            OrderKind.Limit,
            100,
            true,
            OrderState.Working,
            0,
            null,
            null,
            s_now,
            s_now
        );

    private static CycleBook Book(params Position[] positions) => Book(positions, []);

    private static CycleBook Book(Position[] positions, OrderReport[] working) =>
        new(Account(100_000, AllowedOrders.All), positions, working);

    private static CycleBook Book(AllowedOrders allowed) => new(Account(100_000, allowed), [], []);

    private static CycleBook Book(decimal lastEquity, params Position[] positions) =>
        new(Account(lastEquity, AllowedOrders.All), positions, []);

    private static AccountReport Account(decimal lastEquity, AllowedOrders allowed) =>
        new(100_000, lastEquity, 100_000, 200_000, allowed);

    private static (Verdict, RiskRule) Outcome(Decision decision) => (decision.Verdict, decision.Rule);

    private static (Verdict, decimal) Quantity(Decision decision) => (decision.Verdict, decision.Quantity);
}
