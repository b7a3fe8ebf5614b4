using System.Text.Json;
using ExecutionGateway;
using ExecutionGateway.Broker;
using ExecutionGateway.Orders;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Trading.Contracts;
using Trading.ServiceDefaults;
using Trading.Tests.Support;

namespace Trading.Tests.ExecutionGateway;

/// <summary>
/// A broker that asks for a pause of a minute: what makes a position safer is sent, with all reads that it depends on.
/// </summary>
public sealed class PausedBrokerTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 14, 30, 0, TimeSpan.Zero));
    private readonly ScriptedHandler _broker;
    private readonly HttpClient _http;
    private readonly OrderLocks _locks = new();
    private SubmitOrder _order = Gateway.Order(side: OrderSide.Sell);

    public PausedBrokerTests()
    {
        _broker = new ScriptedHandler(Answer);
        _http = new HttpClient(new BrokerPauseHandler(_time) { InnerHandler = _broker })
        {
            BaseAddress = new Uri("http://127.0.0.1"),
        };
    }

    [Fact]
    public async Task Order_that_reduces_is_sent_though_its_position_must_be_read_first()
    {
        await using var database = await TestDatabase.CreateAsync(TimeProvider.System, typeof(OrderService).Assembly);
        var service = CreateService(database);
        await BeginPauseAsync();

        var report = await service.SubmitAsync(_order, TestContext.Current.CancellationToken);

        Assert.Equal((OrderState.Working, false), (report!.State, report.OpensRisk));
        Assert.Contains("POST /v2/orders", _broker.Asked);
    }

    [Fact]
    public async Task Order_that_opens_is_refused_and_not_unknown_since_it_was_never_sent()
    {
        await using var database = await TestDatabase.CreateAsync(TimeProvider.System, typeof(OrderService).Assembly);
        var service = CreateService(database);
        await BeginPauseAsync();
        _order = Gateway.Order();

        var report = await service.SubmitAsync(_order, TestContext.Current.CancellationToken);

        Assert.Equal((OrderState.Refused, true), (report!.State, report.OpensRisk));
        Assert.DoesNotContain("POST /v2/orders", _broker.Asked);
    }

    [Fact]
    public async Task Cancel_of_an_order_that_was_never_seen_on_the_book_looks_it_up_and_goes_out()
    {
        await using var database = await TestDatabase.CreateAsync(TimeProvider.System, typeof(OrderService).Assembly);
        var service = CreateService(database);
        await new OrderStore(database.Database, _time).AddAsync(_order, opensRisk: true, TestContext.Current.CancellationToken);
        await BeginPauseAsync();

        Assert.NotNull(await service.CancelAsync(_order.ClientOrderId, TestContext.Current.CancellationToken));

        Assert.Contains("DELETE /v2/orders/7", _broker.Asked);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _locks.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task BeginPauseAsync()
    {
        _broker.RetryAfter = TimeSpan.FromMinutes(1);
        using var refused = await _http.GetAsync("/v2/clock", TestContext.Current.CancellationToken);
        Assert.Equal(429, (int)refused.StatusCode);
        _broker.RetryAfter = null;
    }

    private (int Status, string Json) Answer(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath switch
        {
            "/v2/clock" => (429, "{}"),
            "/v2/positions" => (200, """[{"symbol":"AAPL","qty":"10","avg_entry_price":"100"}]"""),
            _ => (
                200,
                JsonSerializer.Serialize(
                    new
                    {
                        id = "7",
                        client_order_id = _order.ClientOrderId,
                        status = "new",
                        filled_qty = "0",
                    }
                )
            ),
        };

    private OrderService CreateService(TestDatabase database)
    {
        var options = new ExecutionOptions { RetryPause = TimeSpan.Zero, Attempts = 1 };
        var (store, client) = (new OrderStore(database.Database, _time), new AlpacaTradingClient(_http));
        var sender = new OrderSender(client, store, options, new TradingSettings(), _time, NullLogger<OrderSender>.Instance);
        return new OrderService(store, sender, client, _locks, options, _time, NullLogger<OrderService>.Instance);
    }
}
