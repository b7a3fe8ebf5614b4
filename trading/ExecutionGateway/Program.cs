using ExecutionGateway;
using ExecutionGateway.Broker;
using ExecutionGateway.Orders;
using ExecutionGateway.Portfolio;
using Strongroom.AspNetCore;
using Trading.ServiceDefaults;

var builder = TradingService.CreateBuilder("execution_gateway", args);
builder.AddSettings(ExecutionOptions.Read);
builder.AddTradingDatabase(typeof(Program).Assembly);
builder.AddBrokerClient<AlpacaTradingClient>("ALPACA_BASE_URL");
builder.Services.AddSingleton<OrderStore>();
builder.Services.AddSingleton<OrderLocks>();
builder.Services.AddSingleton<OrderSender>();
builder.Services.AddSingleton<OrderService>();
builder.Services.AddHostedService<ReconcileLoop>();
builder.Services.AddHostedService<BudgetEndGuard>();

var app = builder.Build();
var routes = app.MapGroup("").WithPeerFailures();
routes.MapPost("/orders", OrderEndpoints.SubmitAsync).AllowCallers("risk_manager");
routes.MapPost("/orders/{clientOrderId}/cancel", OrderEndpoints.CancelAsync).AllowCallers("risk_manager");
routes.MapGet("/orders", OrderEndpoints.WorkingAsync).AllowCallers("risk_manager", "orchestrator");
routes.MapGet("/positions", PortfolioEndpoints.PositionsAsync).AllowCallers("risk_manager", "orchestrator");
routes.MapGet("/account", PortfolioEndpoints.AccountAsync).AllowCallers("risk_manager", "orchestrator");
return await TradingService.RunAsync(app);
