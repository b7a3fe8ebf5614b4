using ExecutionGateway.Orders;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom;
using Trading.Contracts;
using Trading.ServiceDefaults;
using Trading.Tests.Support;

namespace Trading.Tests.ExecutionGateway;

public class BudgetEndGuardTests
{
    [Theory]
    [InlineData(60, 301, BudgetEnd.Cancel, OrderState.Working)]
    [InlineData(60, 300, BudgetEnd.Cancel, OrderState.Cancelled)]
    [InlineData(60, 300, BudgetEnd.Keep, OrderState.Working)]
    [InlineData(6, 31, BudgetEnd.Cancel, OrderState.Working)]
    [InlineData(6, 30, BudgetEnd.Cancel, OrderState.Cancelled)]
    public async Task Look_at_the_last_five_minutes_of_an_hour_does_what_the_setting_says(
        int minutes,
        int secondsLeft,
        BudgetEnd setting,
        OrderState expected
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order(limit: 5);
        await gateway.SubmitAsync(order);
        var secrets = new FixedStateSecretManager { BudgetLeft = TimeSpan.FromSeconds(secondsLeft) };
        using var guard = new BudgetEndGuard(
            secrets,
            new StrongroomInfo("execution_gateway", "execution_gateway-1", DeploymentEnvironment.Test, "env", "", null)
            {
                CacheTtl = TimeSpan.FromMinutes(minutes),
            },
            gateway.Store,
            gateway.Service,
            new TradingSettings { OnBudgetEnd = setting },
            gateway.Time,
            NullLogger<BudgetEndGuard>.Instance
        );

        Assert.Equal(secondsLeft <= minutes * 5, await guard.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, (await gateway.FindAsync(order.ClientOrderId)).State);
    }

    [Fact]
    public async Task Order_whose_cancel_the_broker_does_not_answer_keeps_no_other_one_on_the_book()
    {
        await using var gateway = await Gateway.StartAsync();
        var (silent, other) = (Gateway.Order("AAPL", limit: 5), Gateway.Order("MSFT", limit: 5));
        await gateway.SubmitAsync(silent);
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await gateway.SubmitAsync(other);
        var answer = new TaskCompletionSource();
        var isFirst = 1;
        gateway.Answered = request =>
            request.Method == HttpMethod.Delete && Interlocked.Exchange(ref isFirst, 0) == 1 ? answer.Task : Task.CompletedTask;
        using var guard = new BudgetEndGuard(
            new FixedStateSecretManager { BudgetLeft = TimeSpan.FromMinutes(5) },
            new StrongroomInfo("execution_gateway", "execution_gateway-1", DeploymentEnvironment.Test, "env", "", null),
            gateway.Store,
            gateway.Service,
            new TradingSettings { OnBudgetEnd = BudgetEnd.Cancel },
            gateway.Time,
            NullLogger<BudgetEndGuard>.Instance
        );

        var look = guard.LookAsync(TestContext.Current.CancellationToken);

        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!(await gateway.Store.WorkingAsync(TestContext.Current.CancellationToken) is [_]))
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "The other order was not cancelled.");
        Assert.False(look.IsCompleted);
        answer.SetResult();
        Assert.True(await look);
        Assert.Empty(await gateway.Store.WorkingAsync(TestContext.Current.CancellationToken));
    }
}
