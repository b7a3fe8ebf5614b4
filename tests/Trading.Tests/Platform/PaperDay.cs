using ExecutionGateway;
using ExecutionGateway.Broker;
using ExecutionGateway.Orders;
using ExecutionGateway.Portfolio;
using MarketDataService;
using MarketDataService.Bars;
using MarketDataService.Clock;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Peers;
using Orchestrator.Runs;
using RiskManager;
using RiskManager.Decisions;
using RiskManager.Rules;
using RiskManager.Storage;
using SignalService;
using SignalService.Model;
using SignalService.Storage;
using Strongroom.Breaker;
using Strongroom.Storage;
using Strongroom.Testing;
using Trading.Contracts;
using Trading.ServiceDefaults;
using Trading.Tests.Support;

namespace Trading.Tests.Platform;

/// <summary>
/// The services over real sockets, between a paper broker and one database, without the boot that they share: no secrets, no call
/// tokens. The test takes the orchestrator's steps and moves the broker's clock, so nothing waits and every day is the same.
/// </summary>
internal sealed class PaperDay : IAsyncDisposable
{
    public static readonly string[] Symbols = ["AAPL", "AMZN", "GOOG", "MSFT", "NVDA", "QQQ", "SPY", "TSLA"];

    private readonly List<IAsyncDisposable> _parts = [];
    private RunStep _step = null!;

    private PaperDay(PaperBroker broker, TestDatabase database)
    {
        Broker = broker;
        Database = database.Database;
        Runs = new RunStore(Database, TimeProvider.System);
        _parts.AddRange([database, broker]);
    }

    public PaperBroker Broker { get; }

    public Database Database { get; }

    public RunStore Runs { get; }

    public SettableBreaker Breaker { get; } = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<PaperDay> StartAsync(int seed = 1)
    {
        var broker = await PaperBroker.StartAsync(new PaperBrokerOptions { Seed = seed }, Ct);
        var database = await TestDatabase.CreateAsync(
            TimeProvider.System,
            typeof(SignalStore).Assembly,
            typeof(DecisionStore).Assembly,
            typeof(OrderStore).Assembly,
            typeof(RunStore).Assembly
        );
        var day = new PaperDay(broker, database);
        await day.StartServicesAsync();
        return day;
    }

    public async Task<Guid> AcceptAsync(RunRequest request)
    {
        var id = request.RunId ?? Guid.NewGuid();
        await Runs.AddAsync(id, request, Ct);
        return id;
    }

    /// <summary>Takes steps until nothing is due any more at the broker's present time.</summary>
    public async Task StepAsync()
    {
        while (await Runs.FindUnfinishedAsync(Ct) is { } run && await _step.TakeAsync(run, Ct)) { }
    }

    public async Task RunDayAsync(int bars)
    {
        for (var bar = 0; bar <= BrokerClock.BarsPerDay; bar += bars)
        {
            await StepAsync();
            await Broker.Clock.AdvanceAsync(bars, Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
    }

    private async Task StartServicesAsync()
    {
        var pair = Broker.IssueKeyPair();
        var market = await StartAsync(
            services =>
                services
                    .AddSingleton(new MarketDataOptions { ClockMaxAge = TimeSpan.Zero })
                    .AddSingleton(provider => new AlpacaBarsClient(
                        KeyPairHandler.CreateClient(Broker, pair, Breaker),
                        provider.GetRequiredService<MarketDataOptions>()
                    ))
                    .AddSingleton(new AlpacaClockClient(KeyPairHandler.CreateClient(Broker, pair, Breaker)))
                    .AddSingleton<MarketClockSource>(),
            app =>
            {
                Get(app, "/bars", BarsEndpoint.ReadAsync);
                Get(app, "/clock", ClockEndpoint.ReadAsync);
            }
        );
        var signals = await StartAsync(
            services =>
                services
                    .AddSingleton(new MomentumOptions())
                    .AddSingleton<MomentumModel>()
                    .AddSingleton<SignalStore>()
                    .AddSingleton(new global::SignalService.Peers.MarketDataClient(Client(market)))
                    .AddScoped<SignalGenerator>(),
            app => Post(app, "/signals", SignalEndpoints.JudgeAsync)
        );
        var execution = await StartAsync(
            services =>
                services
                    .AddSingleton(new ExecutionOptions())
                    .AddSingleton<OrderStore>()
                    .AddSingleton<OrderLocks>()
                    .AddSingleton<OrderSender>()
                    .AddSingleton<OrderService>()
                    .AddSingleton(new AlpacaTradingClient(KeyPairHandler.CreateClient(Broker, pair, Breaker))),
            app =>
            {
                Post(app, "/orders", OrderEndpoints.SubmitAsync);
                Post(app, "/orders/{clientOrderId}/cancel", OrderEndpoints.CancelAsync);
                Get(app, "/orders", OrderEndpoints.WorkingAsync);
                Get(app, "/positions", PortfolioEndpoints.PositionsAsync);
                Get(app, "/account", PortfolioEndpoints.AccountAsync);
            }
        );
        var risk = await StartAsync(
            services =>
                services
                    .AddSingleton(new RiskOptions())
                    .AddOpeningRules()
                    .AddSingleton<RiskEngine>()
                    .AddSingleton<WorkingOrderReview>()
                    .AddSingleton<DecisionStore>()
                    .AddScoped<DecisionService>()
                    .AddSingleton(new global::RiskManager.Peers.MarketDataClient(Client(market)))
                    .AddSingleton(new global::RiskManager.Peers.ExecutionClient(Client(execution))),
            app => Post(app, "/decisions", RiskEndpoints.DecideAsync)
        );
        _step = new RunStep(
            new MarketDataClient(Client(market)),
            new SignalClient(Client(signals)),
            new RiskClient(Client(risk)),
            new ExecutionClient(Client(execution)),
            Runs,
            NullLogger<RunStep>.Instance
        );
    }

    private async Task<Uri> StartAsync(Action<IServiceCollection> add, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, TradingJson.Default)
        );
        builder
            .Services.AddSingleton(Database)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new TradingSettings())
            .AddSingleton<ICredentialBreaker>(Breaker);
        add(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync(Ct);
        _parts.Add(app);
        return new Uri(app.Urls.Single());
    }

    // Handed on as delegates: ASP.NET's analyzer of route handlers falls over method groups of another assembly.
    private static void Get(WebApplication app, string path, Delegate handler) => app.MapGet(path, handler);

    private static void Post(WebApplication app, string path, Delegate handler) => app.MapPost(path, handler);

    private static HttpClient Client(Uri address) => new() { BaseAddress = address };
}
