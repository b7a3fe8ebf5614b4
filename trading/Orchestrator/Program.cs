using Orchestrator;
using Orchestrator.Peers;
using Orchestrator.Runs;
using Strongroom.AspNetCore;
using Trading.ServiceDefaults;

var builder = TradingService.CreateBuilder("orchestrator", args);
builder.AddSettings(OrchestratorOptions.Read);
builder.AddTradingDatabase(typeof(Program).Assembly);
builder.AddServiceClient<MarketDataClient>("market_data");
builder.AddServiceClient<SignalClient>("signal_service");
builder.AddServiceClient<ExecutionClient>("execution_gateway");

// A cycle's orders may each take several attempts at the broker.
builder.AddServiceClient<RiskClient>("risk_manager").ConfigureHttpClient(http => http.Timeout = TimeSpan.FromMinutes(1));
builder.Services.AddSingleton<RunStore>();
builder.Services.AddSingleton<RunProgress>();
builder.Services.AddScoped<RunStep>();
builder.Services.AddHostedService<RunWorker>();

var app = builder.Build();
var routes = app.MapGroup("").WithPeerFailures();
routes.MapPost("/webhooks/runs", RunEndpoints.StartAsync).AllowSignedWebhook("webhook/secret");
routes.MapGet("/runs/{id:guid}", RunEndpoints.ReportAsync).AllowCallers("paper_run");
return await TradingService.RunAsync(app);
