using Strongroom.Breaker;
using Strongroom.Testing;
using Trading.Contracts;

namespace Trading.Tests.ExecutionGateway;

public class OrderServiceTests
{
    private static readonly FaultTrigger s_nextOrder = new()
    {
        Method = "POST",
        PathPrefix = "/v2/orders",
        Times = 1,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_twice_is_one_order()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order();
        var first = await gateway.SubmitAsync(order);
        Assert.Equal(OrderState.Working, first.State);
        Assert.True(first.OpensRisk);
        Assert.Equal(first.CreatedAt, (await gateway.SubmitAsync(order)).CreatedAt);
        Assert.Single(gateway.Broker.OrderAttempts);
    }

    [Fact]
    public async Task Submit_of_another_order_under_the_same_id_is_a_conflict()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order();
        await gateway.SubmitAsync(order);
        Assert.Null(await gateway.Service.SubmitAsync(order with { Quantity = 11 }, Ct));
        Assert.Single(gateway.Broker.OrderAttempts);
    }

    [Fact]
    public async Task Submit_whose_answer_is_lost_finds_the_order_and_sends_no_second()
    {
        await using var gateway = await Gateway.StartAsync();
        gateway.Broker.Faults.Add(Fault.ResetAfterWork(), s_nextOrder);
        Assert.Equal(OrderState.Working, (await gateway.SubmitAsync(Gateway.Order())).State);
        Assert.Single(gateway.Broker.OrderAttempts);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("503")]
    [InlineData("429")]
    [InlineData("401")]
    [InlineData("proxy")]
    [InlineData("half")]
    [InlineData("malformed")]
    public async Task Submit_after_an_unknown_outcome_is_on_the_book_once(string fault)
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order();
        gateway.Broker.Faults.Add(
            fault switch
            {
                "reset" => Fault.Reset(),
                "proxy" => Fault.HtmlPage(403),
                "half" => Fault.HalfBody(),
                "malformed" => Fault.MalformedJson(),
                "401" => Fault.Status(401, """{"code":40110000,"message":"request is not authorized"}"""),
                _ => Fault.Status(int.Parse(fault, null)),
            },
            s_nextOrder
        );
        Assert.Equal(OrderState.Working, (await gateway.SubmitAsync(order)).State);
        Assert.Equal(order.ClientOrderId, Assert.Single(gateway.Broker.Orders).ClientOrderId);
        Assert.True(
            gateway.Broker.Requests.Of("GET /v2/orders:by_client_order_id") >= 1,
            "It must be looked up before it is sent again."
        );
    }

    [Fact]
    public async Task Submit_that_hangs_is_looked_up_after_the_time_out()
    {
        await using var gateway = await Gateway.StartAsync();
        var arrived = new TaskCompletionSource();
        gateway.Broker.Faults.Add(Fault.Hang(), s_nextOrder with { Matches = _ => arrived.TrySetResult() });
        var submitted = gateway.SubmitAsync(Gateway.Order());
        await arrived.Task.WaitAsync(Ct);
        gateway.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(OrderState.Working, (await submitted).State);
        Assert.Single(gateway.Broker.Orders);
    }

    [Fact]
    public async Task Submit_while_nothing_answers_stays_unknown_and_a_restart_finds_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order();
        gateway.Broker.Faults.Add(Fault.ResetAfterWork(), s_nextOrder);
        var lookUps = gateway.Broker.Faults.Add(
            Fault.Status(503),
            new FaultTrigger { Method = "GET", Matches = Is("/v2/orders:by_client_order_id") }
        );
        Assert.Equal(OrderState.Unknown, (await gateway.SubmitAsync(order)).State);
        lookUps.Clear();

        gateway.Restart();
        await gateway.Broker.Clock.AdvanceAsync(1, Ct);
        await gateway.Service.ReconcileAsync(Ct);
        var after = await gateway.FindAsync(order.ClientOrderId);
        Assert.Equal((OrderState.Filled, 10m), (after.State, after.FilledQuantity));
        Assert.Single(gateway.Broker.OrderAttempts);
    }

    [Fact]
    public async Task Reconcile_gives_up_an_order_only_when_it_was_missed_twice()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order();
        gateway.Broker.Faults.Add(
            Fault.Status(503),
            new FaultTrigger { Matches = request => request.Method == "POST" || Is("/v2/orders:by_client_order_id")(request) }
        );
        Assert.Equal(OrderState.Unknown, (await gateway.SubmitAsync(order)).State);
        gateway.Broker.Faults.Clear();

        await gateway.Service.ReconcileAsync(Ct);
        gateway.Time.Advance(TimeSpan.FromSeconds(29));
        await gateway.Service.ReconcileAsync(Ct);
        Assert.Equal(OrderState.Unknown, (await gateway.FindAsync(order.ClientOrderId)).State);
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await gateway.Service.ReconcileAsync(Ct);
        Assert.Equal(OrderState.Lost, (await gateway.FindAsync(order.ClientOrderId)).State);
    }

    [Fact]
    public async Task Submit_that_the_broker_refuses_is_rejected_without_its_words()
    {
        await using var gateway = await Gateway.StartAsync();
        var report = await gateway.SubmitAsync(Gateway.Order(quantity: 100_000));
        Assert.Equal(OrderState.Rejected, report.State);
        Assert.Equal("The broker refused it: 403, code 40310000.", report.Reason);
    }

    [Fact]
    public async Task Submit_while_trading_is_stopped_sends_no_order_that_opens_and_one_that_reduces()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.SubmitAsync(Gateway.Order());
        await gateway.Broker.Clock.AdvanceAsync(1, Ct);
        await gateway.Service.ReconcileAsync(Ct);
        gateway.Breaker.Permission = CredentialPermission.Halted;

        Assert.Equal(OrderState.Refused, (await gateway.SubmitAsync(Gateway.Order("MSFT"))).State);
        var reducing = await gateway.SubmitAsync(Gateway.Order(side: OrderSide.Sell));
        Assert.Equal((OrderState.Working, false), (reducing.State, reducing.OpensRisk));
        Assert.DoesNotContain(gateway.Broker.OrderAttempts, attempt => attempt.Symbol == "MSFT");
    }

    [Fact]
    public async Task Cancel_works_while_trading_is_stopped()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order(limit: 5);
        await gateway.SubmitAsync(order);
        gateway.Breaker.Permission = CredentialPermission.Halted;
        Assert.Equal(OrderState.Cancelled, (await gateway.Service.CancelAsync(order.ClientOrderId, Ct))!.State);
        Assert.Equal("canceled", Assert.Single(gateway.Broker.Orders).Status);
    }

    [Fact]
    public async Task Cancel_of_an_order_that_filled_meanwhile_says_so()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order();
        await gateway.SubmitAsync(order);
        await gateway.Broker.Clock.AdvanceAsync(1, Ct);
        Assert.Equal(OrderState.Filled, (await gateway.Service.CancelAsync(order.ClientOrderId, Ct))!.State);
    }

    [Fact]
    public async Task Cancel_of_an_unknown_id_is_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        Assert.Null(await gateway.Service.CancelAsync("unknown", Ct));
    }

    [Fact]
    public async Task Submit_in_a_dry_run_is_written_down_and_not_sent()
    {
        await using var gateway = await Gateway.StartAsync(dryRun: true);
        var order = Gateway.Order();
        Assert.Equal(OrderState.DryRun, (await gateway.SubmitAsync(order)).State);
        Assert.Equal(OrderState.DryRun, (await gateway.FindAsync(order.ClientOrderId)).State);
        Assert.Empty(gateway.Broker.OrderAttempts);
    }

    private static Func<Microsoft.AspNetCore.Http.HttpRequest, bool> Is(string path) => request => request.Path.Value == path;
}
