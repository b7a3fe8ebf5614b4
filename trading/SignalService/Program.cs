using SignalService;
using SignalService.Model;
using SignalService.Peers;
using SignalService.Storage;
using Strongroom.AspNetCore;
using Trading.ServiceDefaults;

var builder = TradingService.CreateBuilder("signal_service", args);
builder.AddSettings(MomentumOptions.Read);
builder.AddTradingDatabase(typeof(Program).Assembly);
builder.AddServiceClient<MarketDataClient>("market_data");
builder.Services.AddSingleton<MomentumModel>();
builder.Services.AddSingleton<SignalStore>();
builder.Services.AddScoped<SignalGenerator>();

var app = builder.Build();
var routes = app.MapGroup("").WithPeerFailures();
routes.MapPost("/signals", SignalEndpoints.JudgeAsync).AllowCallers("orchestrator");
return await TradingService.RunAsync(app);
