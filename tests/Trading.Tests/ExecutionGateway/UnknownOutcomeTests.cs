using Strongroom.Testing;
using Trading.Contracts;
using Trading.Tests.Support;

namespace Trading.Tests.ExecutionGateway;

/// <summary>
/// "Could not ask" is never "no": what may be on the book is never written off on a refusal, on a silence, or on one miss.
/// </summary>
public class UnknownOutcomeTests
{
    private const string Missing = """{"code":40410000,"message":"order not found"}""";
    private const string NoBuyingPower = """{"code":40310000,"message":"insufficient buying power"}""";
    private const string Duplicate = """{"code":40010001,"message":"client_order_id must be unique"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_duplicate_refusal_whose_look_up_is_not_answered_stays_unknown_and_can_be_cancelled()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order(limit: 5);
        // The order arrives and its answer is lost; the broker lags once, refuses the second, and then says nothing.
        Next(gateway, "POST", Fault.ResetAfterWork());
        LookUp(gateway, Fault.Status(404, Missing));
        LookUp(gateway, Fault.Reset());

        Assert.Equal(OrderState.Unknown, (await gateway.SubmitAsync(order)).State);
        Assert.Equal(2, gateway.Broker.OrderAttempts.Count);
        Assert.Equal(OrderState.Cancelled, (await gateway.Service.CancelAsync(order.ClientOrderId, Ct))!.State);
        Assert.Equal("canceled", Assert.Single(gateway.Broker.Orders).Status);
    }

    [Theory]
    [InlineData(422, Duplicate)]
    [InlineData(403, NoBuyingPower)]
    public async Task Submit_refused_after_an_unknown_outcome_is_missed_twice_before_it_is_given_up(int status, string body)
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order(limit: 5);
        Next(gateway, "POST", Fault.ResetAfterWork());
        Next(gateway, "POST", Fault.Status(status, body));
        var lag = gateway.Broker.Faults.Add(
            Fault.Status(404, Missing),
            new FaultTrigger { Matches = request => request.Path.Value == "/v2/orders:by_client_order_id" }
        );

        Assert.Equal(OrderState.Unknown, (await gateway.SubmitAsync(order)).State);
        gateway.Time.Advance(TimeSpan.FromSeconds(29));
        await gateway.Service.ReconcileAsync(Ct);
        Assert.Equal(OrderState.Unknown, (await gateway.FindAsync(order.ClientOrderId)).State);
        lag.Clear();
        await gateway.Service.ReconcileAsync(Ct);
        Assert.Equal(OrderState.Working, (await gateway.FindAsync(order.ClientOrderId)).State);
    }

    [Theory]
    [InlineData(403, NoBuyingPower, false)]
    [InlineData(422, """{"code":42210000,"message":"qty must be > 0"}""", false)]
    [InlineData(422, Duplicate, true)]
    [InlineData(422, """{"code":42210001,"message":"client_order_id is taken"}""", true)]
    [InlineData(409, """{"code":40910000,"message":"conflict"}""", true)]
    public async Task Submit_refused_at_first_is_rejected_unless_the_refusal_may_mean_a_duplicate(
        int status,
        string body,
        bool staysUnknown
    )
    {
        await using var gateway = await Gateway.StartAsync();
        Next(gateway, "POST", Fault.Status(status, body));
        Assert.Equal(staysUnknown ? OrderState.Unknown : OrderState.Rejected, (await gateway.SubmitAsync(Gateway.Order())).State);
    }

    [Fact]
    public async Task Submit_refused_at_first_whose_look_up_is_not_answered_is_not_rejected()
    {
        await using var gateway = await Gateway.StartAsync();
        Next(gateway, "POST", Fault.Status(403, NoBuyingPower));
        LookUp(gateway, Fault.Status(503));
        Assert.Equal(OrderState.Unknown, (await gateway.SubmitAsync(Gateway.Order())).State);
    }

    [Fact]
    public async Task Cancel_of_an_order_that_was_given_up_and_is_on_the_book_after_all_takes_it_off()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order(limit: 5);
        Next(gateway, "POST", Fault.ResetAfterWork());
        var lag = gateway.Broker.Faults.Add(
            Fault.Status(404, Missing),
            new FaultTrigger { Matches = request => request.Path.Value == "/v2/orders:by_client_order_id" }
        );
        await gateway.SubmitAsync(order);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await gateway.Service.ReconcileAsync(Ct);
        Assert.Equal(OrderState.Lost, (await gateway.FindAsync(order.ClientOrderId)).State);
        lag.Clear();

        Assert.Equal(OrderState.Cancelled, (await gateway.Service.CancelAsync(order.ClientOrderId, Ct))!.State);
        Assert.Equal("canceled", Assert.Single(gateway.Broker.Orders).Status);
    }

    [Fact]
    public async Task Reconcile_counts_the_30_seconds_between_two_misses_on_the_monotonic_clock()
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order();
        gateway.Broker.Faults.Add(Fault.Status(503), new FaultTrigger { Method = "POST", PathPrefix = "/v2/orders" });
        await gateway.PassUntilDoneAsync(gateway.SubmitAsync(order));
        await gateway.Service.ReconcileAsync(Ct);

        ((SteppedTime)gateway.Time).Step = TimeSpan.FromHours(1);
        await gateway.Service.ReconcileAsync(Ct);

        Assert.Equal(OrderState.Unknown, (await gateway.FindAsync(order.ClientOrderId)).State);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(503, "")]
    [InlineData(401, "")]
    [InlineData(404, "<html>no such page</html>")]
    [InlineData(200, "<html>log in</html>")]
    public async Task Reconcile_whose_look_up_is_not_answered_gives_up_no_order_however_long_that_lasts(int status, string body)
    {
        await using var gateway = await Gateway.StartAsync();
        var order = Gateway.Order(limit: 5);
        Next(gateway, "POST", Fault.ResetAfterWork());
        var silence = gateway.Broker.Faults.Add(
            status == 0 ? Fault.Reset() : Fault.Status(status, body),
            new FaultTrigger { Matches = request => request.Path.Value == "/v2/orders:by_client_order_id" }
        );
        Assert.Equal(OrderState.Unknown, (await gateway.SubmitAsync(order)).State);

        await gateway.Service.ReconcileAsync(Ct);
        gateway.Time.Advance(TimeSpan.FromMinutes(5));
        await gateway.Service.ReconcileAsync(Ct);

        Assert.Equal(OrderState.Unknown, (await gateway.FindAsync(order.ClientOrderId)).State);
        silence.Clear();
        await gateway.Service.ReconcileAsync(Ct);
        Assert.Equal(OrderState.Working, (await gateway.FindAsync(order.ClientOrderId)).State);
        Assert.Single(gateway.Broker.OrderAttempts);
    }

    [Theory]
    [InlineData(429, 7)]
    [InlineData(503, 20)]
    public async Task Submit_rests_for_as_long_as_Retry_After_asks_before_the_broker_hears_of_it_again(int status, int seconds)
    {
        await using var gateway = await Gateway.StartAsync();
        Next(gateway, "POST", Fault.Status(status, "", ("Retry-After", $"{seconds}")));

        var submitted = gateway.SubmitAsync(Gateway.Order());
        var passed = await gateway.PassUntilDoneAsync(submitted);

        Assert.Equal(OrderState.Working, (await submitted).State);
        Assert.True(passed >= TimeSpan.FromSeconds(seconds), $"Only {passed} passed.");
    }

    [Fact]
    public async Task Submit_leaves_an_order_unknown_where_Retry_After_asks_for_longer_than_anybody_waits()
    {
        await using var gateway = await Gateway.StartAsync();
        Next(gateway, "POST", Fault.Status(429, "", ("Retry-After", "120")));
        Assert.Equal(OrderState.Unknown, (await gateway.SubmitAsync(Gateway.Order())).State);
        Assert.Equal(0, gateway.Broker.Requests.Of("GET /v2/orders:by_client_order_id"));
    }

    private static void Next(Gateway gateway, string method, Fault fault) =>
        gateway.Broker.Faults.Add(
            fault,
            new FaultTrigger
            {
                Method = method,
                PathPrefix = "/v2/orders",
                Times = 1,
            }
        );

    private static void LookUp(Gateway gateway, Fault fault) =>
        gateway.Broker.Faults.Add(
            fault,
            new FaultTrigger { Matches = request => request.Path.Value == "/v2/orders:by_client_order_id", Times = 1 }
        );
}
