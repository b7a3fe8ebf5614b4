// Alpaca's own client against the broker at BROKER_URL. Reads its key pair from the environment, prints one JSON object.
import { trading, marketData, errors } from "@alpacahq/alpaca-trade-api/rest";

const { BROKER_URL, APCA_API_KEY_ID, APCA_API_SECRET_KEY } = process.env;
const settings = (secret = APCA_API_SECRET_KEY) => ({ basePath: BROKER_URL, keyId: APCA_API_KEY_ID, secret });
const account = new trading.AccountsApi(new trading.Configuration(settings()));
const clock = new trading.ClockApi(new trading.Configuration(settings()));
const assets = new trading.AssetsApi(new trading.Configuration(settings()));
const orders = new trading.OrdersApi(new trading.Configuration(settings()));
const positions = new trading.PositionsApi(new trading.Configuration(settings()));
const stocks = new marketData.StockApi(new marketData.Configuration(settings()));
const wrong = settings("not-the-secret");
const refusal = async (promise) => {
  try {
    await promise;
    return "no refusal";
  } catch (e) {
    return { kind: e.name, isApiError: e instanceof errors.ApiError, status: e.status, code: e.code, message: e.message, requestId: !!e.requestId };
  }
};
const advance = () => fetch(`${BROKER_URL}/paper/advance`, {
  method: "POST", headers: { "Paper-Control-Token": process.env.CONTROL_TOKEN }, body: JSON.stringify({ bars: 5 }),
});

const result = {};
result.account = await account.getAccount();
result.clock = await clock.legacyClock();
result.asset = await assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: "SPY" });

const order = { symbol: "SPY", qty: "3", side: "buy", type: "market", timeInForce: "day", clientOrderId: "from-the-client" };
result.placed = await orders.postOrder({ postOrderRequest: order });
result.duplicate = await refusal(orders.postOrder({ postOrderRequest: order }));
result.resting = await orders.postOrder({ postOrderRequest: { symbol: "QQQ", qty: "1", side: "buy", type: "limit", limitPrice: "100", timeInForce: "gtc" } });
result.tooLarge = await refusal(orders.postOrder({ postOrderRequest: { ...order, clientOrderId: "large", qty: "100000" } }));
await advance();

result.filled = await orders.getOrderByOrderID({ orderId: result.placed.id });
result.byClientOrderId = (await orders.getOrderByClientOrderId({ clientOrderId: "from-the-client" })).id;
result.open = (await orders.getAllOrders({ status: "open" })).map((o) => o.id);
result.position = await positions.getOpenPosition({ symbolOrAssetId: "SPY" });
result.positions = (await positions.getAllOpenPositions()).length;
await orders.deleteOrderByOrderID({ orderId: result.resting.id });
result.canceledTwice = await refusal(orders.deleteOrderByOrderID({ orderId: result.resting.id }));
result.canceledAll = await orders.deleteAllOrders();
result.closing = await positions.deleteOpenPosition({ symbolOrAssetId: "SPY" });
await advance();
result.noPosition = await refusal(positions.getOpenPosition({ symbolOrAssetId: "SPY" }));

result.bars = (await stocks.stockBars({ symbols: "SPY,QQQ", timeframe: "1Min", limit: 4 }));
result.symbolBars = (await stocks.stockBarSingle({ symbol: "SPY", timeframe: "5Min" })).bars;
result.latestBar = (await stocks.stockLatestBarSingle({ symbol: "SPY" })).bar;
result.latestBars = Object.keys((await stocks.stockLatestBars({ symbols: "SPY,QQQ" })).bars);
result.latestQuote = (await stocks.stockLatestQuoteSingle({ symbol: "SPY" })).quote;
result.latestTrade = (await stocks.stockLatestTradeSingle({ symbol: "SPY" })).trade;

result.unauthorized = await refusal(new trading.AccountsApi(new trading.Configuration(wrong)).getAccount());
result.dataUnauthorized = await refusal(new marketData.StockApi(new marketData.Configuration(wrong)).stockLatestBarSingle({ symbol: "SPY" }));
console.log(JSON.stringify(result));
// The client's timers would keep node waiting for half a minute.
process.exit(0);
