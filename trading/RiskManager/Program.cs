using RiskManager;
using RiskManager.Decisions;
using RiskManager.Peers;
using RiskManager.Rules;
using RiskManager.Storage;
using Strongroom.AspNetCore;
using Trading.ServiceDefaults;

var builder = TradingService.CreateBuilder("risk_manager", args);
builder.AddSettings(RiskOptions.Read);
builder.AddTradingDatabase(typeof(Program).Assembly);
builder.AddServiceClient<MarketDataClient>("market_data");
builder
    .AddServiceClient<ExecutionClient>("execution_gateway")
    .ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(45));
builder.Services.AddOpeningRules();
builder.Services.AddSingleton<RiskEngine>();
builder.Services.AddSingleton<WorkingOrderReview>();
builder.Services.AddSingleton<DecisionStore>();
builder.Services.AddScoped<DecisionService>();
builder.Services.ConfigureHttpJsonOptions(json =>
{
    // A signal without its weight must not sell everything.
    json.SerializerOptions.RespectNullableAnnotations = true;
    json.SerializerOptions.RespectRequiredConstructorParameters = true;
});

var app = builder.Build();
var routes = app.MapGroup("").WithPeerFailures();
routes.MapPost("/decisions", RiskEndpoints.DecideAsync).AllowCallers("orchestrator");
return await TradingService.RunAsync(app);
