using ExecutionGateway.Orders;
using Microsoft.Extensions.Logging.Abstractions;
using Trading.Contracts;
using Trading.ServiceDefaults;
using Trading.Tests.Support;

namespace Trading.Tests.ExecutionGateway;

public class BudgetEndGuardTests
{
    [Theory]
    [InlineData(301, BudgetEnd.Cancel, OrderState.Working)]
    [InlineData(300, BudgetEnd.Cancel, OrderState.Cancelled)]
    [InlineData(300, BudgetEnd.Keep, OrderState.Working)]
    public async Task Look_at_the_last_five_minutes_does_what_the_setting_says(int secondsLeft, BudgetEnd setting, OrderState expected)
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order(limit: 5);
        await gateway.SubmitAsync(order);
        var secrets = new StandingSecretManager { BudgetLeft = TimeSpan.FromSeconds(secondsLeft) };
        using var guard = new BudgetEndGuard(
            secrets, gateway.Store, gateway.Desk, new TradingSettings { OnBudgetEnd = setting }, gateway.Time, NullLogger<BudgetEndGuard>.Instance);

        Assert.Equal(secondsLeft <= 300, await guard.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, (await gateway.FindAsync(order.ClientOrderId)).State);
    }
}
