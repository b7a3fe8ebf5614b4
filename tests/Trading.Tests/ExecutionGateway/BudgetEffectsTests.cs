using ExecutionGateway.Orders;
using Microsoft.Extensions.Logging.Abstractions;
using RiskManager;
using RiskManager.Decisions;
using RiskManager.Rules;
using Strongroom;
using Strongroom.Breaker;
using Trading.Contracts;
using Trading.ServiceDefaults;
using Trading.Tests.Support;

namespace Trading.Tests.ExecutionGateway;

/// <summary>
/// Promise 2 from the secrets backend's last answer to the broker's book: manager, breaker, risk and gateway are the real ones.
/// </summary>
public class BudgetEffectsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BudgetEnd.Cancel, OrderState.Cancelled)]
    [InlineData(BudgetEnd.Keep, OrderState.Working)]
    public async Task Denial_cancels_what_could_open_risk_before_the_grace_ends_and_the_key_is_gone(
        BudgetEnd setting,
        OrderState expected
    )
    {
        using var credential = new OutageFixture();
        await using var gateway = await Gateway.StartAsync(credential: credential);
        using var guard = new BudgetEndGuard(
            credential.Secrets,
            new StrongroomInfo("execution_gateway", "execution_gateway-1", DeploymentEnvironment.Test, "env", "", null),
            gateway.Store,
            gateway.Service,
            new TradingSettings { OnBudgetEnd = setting },
            gateway.Time,
            NullLogger<BudgetEndGuard>.Instance
        );
        var order = await gateway.SubmitAsync(Gateway.Order("MSFT", limit: 5));
        credential.BackendDenies = true;

        credential.PassUntilLeft(TimeSpan.FromMinutes(10));
        Assert.False(await guard.LookAsync(Ct));
        credential.PassUntilLeft(TimeSpan.FromMinutes(5));
        Assert.True(await guard.LookAsync(Ct));
        Assert.Equal(expected, (await gateway.FindAsync(order.ClientOrderId)).State);
        Assert.Empty(credential.Breaker.Uncleared);

        credential.PassUntilLeft(TimeSpan.Zero);
        Assert.Equal(TripCause.Denied, Assert.Single(credential.Breaker.Uncleared).Cause);
    }

    [Theory]
    [InlineData(BudgetEnd.Cancel)]
    [InlineData(BudgetEnd.Keep)]
    public async Task Outage_takes_effect_at_20_5_and_0_minutes_with_two_resting_orders_and_a_position(BudgetEnd setting)
    {
        using var credential = new OutageFixture();
        await using var gateway = await Gateway.StartAsync(credential: credential);
        using var guard = new BudgetEndGuard(
            credential.Secrets,
            new StrongroomInfo("execution_gateway", "execution_gateway-1", DeploymentEnvironment.Test, "env", "", null),
            gateway.Store,
            gateway.Service,
            new TradingSettings { OnBudgetEnd = setting },
            gateway.Time,
            NullLogger<BudgetEndGuard>.Instance
        );
        await gateway.SubmitAsync(Gateway.Order(quantity: 10));
        await FillAsync(gateway);
        var opening = await gateway.SubmitAsync(Gateway.Order("MSFT", limit: 5));
        var reducing = await gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell, quantity: 4, limit: 100_000));
        Assert.Equal((OrderState.Working, true), (opening.State, opening.OpensRisk));
        Assert.Equal((OrderState.Working, false), (reducing.State, reducing.OpensRisk));
        credential.BackendIsAway = true;

        // A second before 20 minutes all is as ever.
        credential.PassUntilLeft(TimeSpan.FromSeconds((20 * 60) + 1));
        Assert.Equal(CredentialPermission.All, credential.Breaker.Permission);
        Assert.Equal(OrderState.Working, (await gateway.SubmitAsync(Gateway.Order("NVDA", limit: 5))).State);
        Assert.Equal(Verdict.Approved, Decide(credential, held: 0, weight: 0.05m));

        // 20 minutes: nothing opens, what reduces passes.
        credential.PassUntilLeft(TimeSpan.FromMinutes(20));
        var attempts = gateway.Broker.OrderAttempts.Count;
        Assert.Equal(CredentialPermission.Restricted, credential.Breaker.Permission);
        Assert.Equal(OrderState.Refused, (await gateway.SubmitAsync(Gateway.Order("GOOG", limit: 5))).State);
        Assert.Equal(attempts, gateway.Broker.OrderAttempts.Count);
        Assert.Equal(
            (Verdict.Refused, Verdict.Approved),
            (Decide(credential, held: 0, weight: 0.05m), Decide(credential, held: 10, weight: 0))
        );
        Assert.Equal(OrderState.Working, (await gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell, quantity: 2))).State);
        await FillAsync(gateway);

        // 5 minutes: what could open risk once no service can cancel it any more goes, or stays as the setting says.
        credential.PassUntilLeft(TimeSpan.FromSeconds((5 * 60) + 1));
        Assert.False(await guard.LookAsync(Ct));
        Assert.Equal(OrderState.Working, (await gateway.FindAsync(opening.ClientOrderId)).State);
        credential.PassUntilLeft(TimeSpan.FromMinutes(5));
        Assert.True(await guard.LookAsync(Ct));
        Assert.Equal(
            setting == BudgetEnd.Cancel ? OrderState.Cancelled : OrderState.Working,
            (await gateway.FindAsync(opening.ClientOrderId)).State
        );
        Assert.Equal(OrderState.Working, (await gateway.FindAsync(reducing.ClientOrderId)).State);
        var onTheBook = gateway.Broker.Orders.Where(order => order.Status is "new" or "accepted").Select(order => order.Symbol);
        Assert.Equal(setting == BudgetEnd.Cancel ? ["AAPL"] : ["AAPL", "MSFT", "NVDA"], onTheBook.Order(StringComparer.Ordinal));

        // 0 minutes: halted. Cancelling is tried all the same, and fails only for want of a credential.
        credential.PassUntilLeft(TimeSpan.Zero);
        Assert.Equal(CredentialPermission.Halted, credential.Breaker.Permission);
        Assert.Equal(TripCause.Expired, Assert.Single(credential.Breaker.Uncleared).Cause);
        attempts = gateway.Broker.OrderAttempts.Count;
        var calls = credential.BackendCalls;
        await Assert.ThrowsAsync<SecretUnavailableException>(() =>
            credential.PassUntilDoneAsync(gateway.Service.CancelAsync(reducing.ClientOrderId, Ct))
        );
        Assert.True(credential.BackendCalls > calls);
        await Assert.ThrowsAsync<SecretUnavailableException>(() =>
            credential.PassUntilDoneAsync(gateway.SubmitAsync(Gateway.Order("GOOG", limit: 5)))
        );

        // A credential again, and the trip not cleared: reading, cancelling and reducing work, opening does not.
        credential.BackendIsAway = false;
        credential.Pass(TimeSpan.FromSeconds(31)); // the backend is left alone for a moment after it failed again and again
        Assert.Contains(await gateway.Service.WorkingAsync(Ct), order => order.ClientOrderId == reducing.ClientOrderId);
        Assert.Equal(OrderState.Cancelled, (await gateway.Service.CancelAsync(reducing.ClientOrderId, Ct))!.State);
        Assert.Equal(OrderState.Refused, (await gateway.SubmitAsync(Gateway.Order("GOOG", limit: 5))).State);
        Assert.Equal(attempts, gateway.Broker.OrderAttempts.Count);
        Assert.Equal(OrderState.Working, (await gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell, quantity: 8))).State);
        Assert.Equal(CredentialPermission.Halted, credential.Breaker.Permission);

        Assert.True(await credential.Breaker.ClearAsync(credential.Breaker.Uncleared[0].Id, "alice", "The backend is back.", Ct));
        credential.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(OrderState.Working, (await gateway.SubmitAsync(Gateway.Order("GOOG", limit: 5))).State);
    }

    private static async Task FillAsync(Gateway gateway)
    {
        await gateway.Broker.Clock.AdvanceAsync(1, Ct);
        await gateway.Service.ReconcileAsync(Ct);
    }

    private static Verdict Decide(OutageFixture credential, decimal held, decimal weight)
    {
        var now = credential.Time.GetUtcNow();
        var book = new CycleBook(
            new AccountReport(100_000, 100_000, 100_000, 200_000, AllowedOrders.All),
            held == 0 ? [] : [new Position("AAPL", held, 100, 100)],
            []
        );
        return new RiskEngine(new RiskOptions(), [new TradingHalted(credential.Breaker)])
            .Decide(Guid.NewGuid(), 1, now, new Signal("AAPL", SignalDirection.Long, 0.5m, weight, 100, now), book)
            .Verdict;
    }
}
