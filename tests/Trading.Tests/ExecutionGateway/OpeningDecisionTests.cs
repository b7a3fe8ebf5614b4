using ExecutionGateway.Orders;
using Strongroom.Breaker;
using Strongroom.Testing;
using Trading.Contracts;

namespace Trading.Tests.ExecutionGateway;

/// <summary>
/// Whether an order opens risk is decided on one picture of orders and positions, one order at a time, and again before
/// each attempt.
/// </summary>
public class OpeningDecisionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_while_halted_sends_no_second_closing_order_when_the_first_fills_between_the_reads()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.HoldAsync("AAPL", 10);
        var first = Gateway.Order(side: OrderSide.Sell);
        await gateway.SubmitAsync(first);
        gateway.Breaker.Permission = CredentialPermission.Halted;
        gateway.Answered = async request =>
        {
            if (request.RequestUri!.AbsolutePath != "/v2/positions")
                return;
            gateway.Answered = null;
            // Filled after the positions were read, and written down before the orders are, where these come second.
            await gateway.Broker.Clock.AdvanceAsync(1, Ct);
            var row = (await gateway.Store.FindAsync(first.ClientOrderId, Ct))!;
            await gateway.Store.AppendAsync(row, new OrderEvent(OrderState.Filled, row.BrokerOrderId, 10, 100, null), Ct);
        };

        var second = await gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell));

        Assert.Equal((OrderState.Refused, true), (second.State, second.OpensRisk));
        Assert.DoesNotContain(gateway.Broker.OrderAttempts, attempt => attempt.ClientOrderId == second.ClientOrderId);
    }

    [Fact]
    public async Task Submit_of_a_second_closing_order_waits_until_the_first_is_decided_and_written_down()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.HoldAsync("AAPL", 10);
        gateway.Breaker.Permission = CredentialPermission.Halted;
        var attempts = gateway.Broker.OrderAttempts.Count;
        Task<OrderReport>? second = null;
        gateway.Answered = async request =>
        {
            if (second is not null)
                return;
            // Between the first one's look at the positions and its decision; all the time that the second needs to come as far.
            second = gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell));
            using var http = gateway.CreateOwner();
            for (var i = 0; i < 30 && !second.IsCompleted; i++)
            {
                await gateway.Store.WorkingAsync(Ct);
                (await http.GetAsync("/v2/positions", Ct)).Dispose();
            }
        };

        OrderReport[] reports = [await gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell)), await second!];

        Assert.Equal([false, true], reports.Select(report => report.OpensRisk));
        Assert.Equal(attempts + 1, gateway.Broker.OrderAttempts.Count);
    }

    [Fact]
    public async Task Submit_again_is_decided_again_and_refused_where_the_position_was_closed_meanwhile()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.HoldAsync("AAPL", 10);
        gateway.Breaker.Permission = CredentialPermission.Halted;
        gateway.Broker.Faults.Add(
            Fault.Status(503),
            new FaultTrigger
            {
                Method = "POST",
                PathPrefix = "/v2/orders",
                Times = 1,
            }
        );
        var attempts = gateway.Broker.OrderAttempts.Count;
        var order = Gateway.Order(side: OrderSide.Sell);
        gateway.Answered = async request =>
        {
            if (request.Method != HttpMethod.Post)
                return;
            gateway.Answered = null;
            await CloseElsewhereAsync(gateway, "AAPL");
        };

        var report = await gateway.SubmitAsync(order);

        Assert.Equal(
            attempts,
            gateway.Broker.OrderAttempts.Count(attempt =>
                attempt.ClientOrderId is not null && attempt.Symbol == "AAPL" && !Elsewhere(attempt)
            )
        );
        Assert.Equal((OrderState.Unknown, true), (report.State, report.OpensRisk));
        Assert.Equal(
            (OrderState.Unknown, true),
            ((await gateway.FindAsync(order.ClientOrderId)).State, (await gateway.FindAsync(order.ClientOrderId)).OpensRisk)
        );

        bool Elsewhere(OrderAttempt attempt) => attempt.KeyId != gateway.Pair.KeyId;
    }

    [Fact]
    public async Task Submit_again_while_the_position_is_unknown_sends_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.HoldAsync("AAPL", 10);
        gateway.Broker.Faults.Add(
            Fault.Status(503),
            new FaultTrigger
            {
                Method = "POST",
                PathPrefix = "/v2/orders",
                Times = 1,
            }
        );
        var attempts = gateway.Broker.OrderAttempts.Count;
        gateway.Answered = request =>
        {
            if (request.Method == HttpMethod.Post)
                gateway.Broker.Faults.Add(Fault.Status(500), new FaultTrigger { PathPrefix = "/v2/positions" });
            return Task.CompletedTask;
        };

        Assert.Equal(OrderState.Unknown, (await gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell))).State);
        Assert.Equal(attempts, gateway.Broker.OrderAttempts.Count);
    }

    [Fact]
    public async Task Submit_counts_shares_that_another_clients_order_is_about_to_sell()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.HoldAsync("AAPL", 10);
        using (var http = gateway.CreateOwner())
        using (
            var answer = await http.PostAsync(
                "/v2/orders",
                new StringContent(
                    """{"symbol":"AAPL","qty":"10","side":"sell","type":"limit","limit_price":"100000","time_in_force":"day"}"""
                ),
                Ct
            )
        )
            answer.EnsureSuccessStatusCode();
        gateway.Breaker.Permission = CredentialPermission.Halted;

        Assert.Equal(OrderState.Refused, (await gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell))).State);
    }

    private static async Task CloseElsewhereAsync(Gateway gateway, string symbol)
    {
        using var http = gateway.CreateOwner();
        using var answer = await http.DeleteAsync($"/v2/positions/{symbol}", Ct);
        answer.EnsureSuccessStatusCode();
        await gateway.Broker.Clock.AdvanceAsync(1, Ct);
    }
}
