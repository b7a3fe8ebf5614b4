using MarketDataService;
using MarketDataService.Bars;
using MarketDataService.Clock;
using Strongroom.AspNetCore;
using Trading.ServiceDefaults;

var builder = TradingService.CreateBuilder("market_data", args);
builder.AddSettings(MarketDataOptions.Read);
builder.AddBrokerClient<AlpacaBarsClient>("ALPACA_DATA_URL");
builder.AddBrokerClient<AlpacaClockClient>("ALPACA_BASE_URL");
builder.Services.AddSingleton<MarketClockSource>();

var app = builder.Build();
var routes = app.MapGroup("").WithPeerFailures();
routes.MapGet("/bars", BarsEndpoint.ReadAsync).AllowCallers("signal_service", "orchestrator", "risk_manager");
routes.MapGet("/clock", ClockEndpoint.ReadAsync).AllowCallers("signal_service", "orchestrator", "risk_manager");
return await TradingService.RunAsync(app);
