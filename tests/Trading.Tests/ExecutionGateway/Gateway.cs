using ExecutionGateway;
using ExecutionGateway.Broker;
using ExecutionGateway.Orders;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Testing;
using Trading.Contracts;
using Trading.ServiceDefaults;
using Trading.Tests.Support;

namespace Trading.Tests.ExecutionGateway;

/// <summary>The gateway's order handling between a real broker on loopback and a database file. Time moves by hand.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly HttpClient _http;
    private readonly KeyPairHandler _pair;
    private readonly OrderLocks _locks = new();

    private Gateway(PaperBroker broker, TestDatabase database, bool dryRun, OutageFixture? credential)
    {
        Broker = broker;
        Time = credential?.Time ?? new SteppedTime(new DateTimeOffset(2026, 3, 2, 14, 30, 0, TimeSpan.Zero));
        _database = database;
        _pair = new KeyPairHandler(Pair = broker.IssueKeyPair(), Breaker);
        _http = credential?.CreateClient(broker) ?? new HttpClient(_pair, disposeHandler: false) { BaseAddress = broker.Url };
        Store = new OrderStore(database.Database, Time);
        Service = CreateService(dryRun);
    }

    public PaperBroker Broker { get; }

    public FakeTimeProvider Time { get; }

    public SettableBreaker Breaker { get; } = new();

    /// <summary>The pair that a gateway without a manager sends.</summary>
    public KeyPair Pair { get; }

    /// <summary>What happens between an answer of the broker and the gateway.</summary>
    public Func<HttpRequestMessage, Task>? Answered
    {
        set => _pair.Answered = value;
    }

    public OrderStore Store { get; }

    public OrderService Service { get; private set; }

    /// <param name="dryRun">Whether orders are only written down.</param>
    /// <param name="credential">Where the real manager and breaker are between the orders and the broker; null: the test's
    /// own.</param>
    public static async Task<Gateway> StartAsync(bool dryRun = false, OutageFixture? credential = null)
    {
        var broker = await PaperBroker.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        if (credential is not null)
            await credential.StartAsync(broker.IssueKeyPair());
        return new Gateway(
            broker,
            await TestDatabase.CreateAsync(TimeProvider.System, typeof(OrderService).Assembly),
            dryRun,
            credential
        );
    }

    /// <summary>What a new process knows: the database, and nothing else.</summary>
    public void Restart() => Service = CreateService(dryRun: false);

    public static SubmitOrder Order(
        string symbol = "AAPL",
        OrderSide side = OrderSide.Buy,
        decimal quantity = 10,
        decimal? limit = null
    )
    {
        var run = Guid.NewGuid();
        return new SubmitOrder(
            ClientOrderId.Of(run, 1, symbol),
            run,
            1,
            symbol,
            side,
            quantity,
            limit is null ? OrderKind.Market : OrderKind.Limit,
            limit
        );
    }

    public async Task<OrderReport> SubmitAsync(SubmitOrder order) =>
        await Service.SubmitAsync(order, TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("Another order has that id.");

    public async Task<OrderReport> FindAsync(string clientOrderId) =>
        (await Store.FindAsync(clientOrderId, TestContext.Current.CancellationToken))!.Report;

    /// <summary>The account's owner at another service, whom no breaker of ours stops.</summary>
    public HttpClient CreateOwner() => KeyPairHandler.CreateClient(Broker, Broker.IssueKeyPair(), new SettableBreaker());

    /// <summary>Buys and fills, so that there is a position.</summary>
    public async Task HoldAsync(string symbol, decimal quantity)
    {
        await SubmitAsync(Order(symbol, quantity: quantity));
        await Broker.Clock.AdvanceAsync(1, TestContext.Current.CancellationToken);
        await Service.ReconcileAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lets time pass in small steps until something is done that pauses on this clock; gives how much passed.</summary>
    public async Task<TimeSpan> PassUntilDoneAsync(Task task)
    {
        var began = Time.GetTimestamp();
        while (!task.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }
        await task;
        return Time.GetElapsedTime(began);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _pair.Dispose();
        _locks.Dispose();
        await Broker.DisposeAsync();
        await _database.DisposeAsync();
    }

    private OrderService CreateService(bool dryRun)
    {
        var options = new ExecutionOptions { RetryPause = TimeSpan.Zero };
        var client = new AlpacaTradingClient(_http);
        var sender = new OrderSender(
            client,
            Store,
            options,
            new TradingSettings { DryRun = dryRun },
            Time,
            NullLogger<OrderSender>.Instance
        );
        return new OrderService(Store, sender, client, _locks, options, Time, NullLogger<OrderService>.Instance);
    }
}
