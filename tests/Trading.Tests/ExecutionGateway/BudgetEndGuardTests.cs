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
    public async Task Look_at_the_last_five_minutes_of_an_hour_does_what_the_setting_says(int minutes, int secondsLeft, BudgetEnd setting, OrderState expected)
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order(limit: 5);
        await gateway.SubmitAsync(order);
        var secrets = new StandingSecretManager { BudgetLeft = TimeSpan.FromSeconds(secondsLeft) };
        using var guard = new BudgetEndGuard(
            secrets, new StrongroomInfo("execution_gateway", "execution_gateway-1", DeploymentEnvironment.Test, "env", "", null) { CacheTtl = TimeSpan.FromMinutes(minutes) }, gateway.Store, gateway.Desk, new TradingSettings { OnBudgetEnd = setting }, gateway.Time, NullLogger<BudgetEndGuard>.Instance);

        Assert.Equal(secondsLeft <= minutes * 5, await guard.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, (await gateway.FindAsync(order.ClientOrderId)).State);
    }
}
