using System.Text.Json;

namespace Strongroom.Testing.Tests.Broker;

public sealed class FillTests : BrokerTest
{
    private protected override PaperBrokerOptions Options => new() { ShareOfVolume = 0.001m };

    [Fact]
    public async Task MarketOrder_AtTheNextBar_FillsAtItsOpen()
    {
        await AdvanceAsync(3);
        var id = (await Caller.MarketAsync("SPY", "buy", 2)).Text("id");
        Assert.Equal("new", (await OrderAsync(id)).Text("status"));
        await AdvanceAsync();
        var order = await OrderAsync(id);
        var bar = (await BarsAsync("SPY"))[3];
        Assert.Equal("filled", order.Text("status"));
        Assert.Equal(bar.GetProperty("o").GetDecimal(), order.Decimal("filled_avg_price"));
        Assert.Equal("2", order.Text("filled_qty"));
        Assert.StartsWith(bar.Text("t")![..16], order.Text("filled_at"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LimitOrder_BarsThatDoNotCross_RestsUntilOneDoes()
    {
        var far = (await Caller.LimitAsync("SPY", "buy", 1, 1, "gtc")).Text("id");
        await AdvanceAsync();
        var price = await LastPriceAsync("SPY");
        var near = (await Caller.LimitAsync("SPY", "buy", 1, price - 0.5m)).Text("id");
        await AdvanceAsync(300);
        var bars = await BarsAsync("SPY");
        var crossing = bars.Skip(1).FirstOrDefault(b => b.GetProperty("l").GetDecimal() <= price - 0.5m);
        var order = await OrderAsync(near);
        Assert.Equal("filled", order.Text("status"));
        Assert.Equal(Math.Min(price - 0.5m, crossing.GetProperty("o").GetDecimal()), order.Decimal("filled_avg_price"));
        Assert.Equal("new", (await OrderAsync(far)).Text("status"));
    }

    [Fact]
    public async Task MarketOrder_LargerThanTheShareOfVolume_FillsInParts()
    {
        var id = (await Caller.MarketAsync("SPY", "buy", 60)).Text("id");
        await AdvanceAsync();
        var first = await OrderAsync(id);
        Assert.Equal("partially_filled", first.Text("status"));
        Assert.Equal(JsonValueKind.Null, first.GetProperty("filled_at").ValueKind);
        Assert.InRange(first.Decimal("filled_qty"), 1, 59);
        await AdvanceAsync(3);
        var last = await OrderAsync(id);
        Assert.Equal(("filled", "60"), (last.Text("status"), last.Text("filled_qty")));
        var bars = await BarsAsync("SPY");
        Assert.InRange(
            last.Decimal("filled_avg_price"),
            bars.Min(b => b.GetProperty("l").GetDecimal()),
            bars.Max(b => b.GetProperty("h").GetDecimal())
        );
    }

    [Fact]
    public async Task FillOrKill_LargerThanTheShareOfVolume_IsCanceledWhole()
    {
        var killed = await PlaceAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = 100,
                type = "market",
                time_in_force = "fok",
            }
        );
        var rest = await PlaceAsync(
            new
            {
                symbol = "QQQ",
                side = "buy",
                qty = 100,
                type = "market",
                time_in_force = "ioc",
            }
        );
        await AdvanceAsync();
        Assert.Equal(("canceled", "0"), await StatusAsync(killed));
        var (status, filled) = await StatusAsync(rest);
        Assert.Equal("canceled", status);
        Assert.NotEqual("0", filled);
    }

    [Fact]
    public async Task StopOrders_WhenThePriceIsReached_BecomeMarketOrLimitOrders()
    {
        await AdvanceAsync();
        var price = await LastPriceAsync("SPY");
        var reached = await PlaceAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = 1,
                type = "stop",
                stop_price = price - 5,
                time_in_force = "day",
            }
        );
        var limited = await PlaceAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = 1,
                type = "stop_limit",
                stop_price = price - 5,
                limit_price = 1,
                time_in_force = "day",
            }
        );
        var waiting = await PlaceAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = 1,
                type = "stop",
                stop_price = price * 3,
                time_in_force = "day",
            }
        );
        var below = await PlaceAsync(
            new
            {
                symbol = "QQQ",
                side = "sell",
                qty = 1,
                type = "stop",
                stop_price = 1,
                time_in_force = "day",
            }
        );
        await AdvanceAsync();
        Assert.Equal("filled", (await StatusAsync(reached)).Status);
        Assert.All([await StatusAsync(limited), await StatusAsync(waiting), await StatusAsync(below)], s =>
            Assert.Equal("new", s.Status)
        );
    }

    [Fact]
    public async Task NotionalOrder_WhenItFills_BuysThatManyDollarsOfShares()
    {
        var id = await PlaceAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                notional = "100",
                type = "market",
                time_in_force = "day",
            }
        );
        Assert.Equal(JsonValueKind.Null, (await OrderAsync(id)).GetProperty("qty").ValueKind);
        await AdvanceAsync();
        var order = await OrderAsync(id);
        Assert.Equal("filled", order.Text("status"));
        Assert.InRange(order.Decimal("filled_qty") * order.Decimal("filled_avg_price"), 99.99m, 100m);
    }

    [Fact]
    public async Task DayOrder_AtTheClose_Expires()
    {
        var day = (await Caller.LimitAsync("SPY", "buy", 1, 1)).Text("id");
        var always = (await Caller.LimitAsync("SPY", "buy", 1, 1, "gtc")).Text("id");
        await Broker.Clock.AdvanceToCloseAsync(TestContext.Current.CancellationToken);
        Assert.Equal("expired", (await StatusAsync(day)).Status);
        Assert.NotNull((await OrderAsync(day)).Text("expired_at"));
        Assert.Equal("new", (await StatusAsync(always)).Status);
        var overnight = await Caller.MarketAsync("SPY", "buy", 1);
        Assert.Equal("accepted", overnight.Text("status"));
        await AdvanceAsync();
        Assert.Equal("filled", (await StatusAsync(overnight.Text("id")!)).Status);
    }

    private async Task<string> PlaceAsync(object body)
    {
        var answer = await Caller.OrderAsync(body);
        Assert.Equal(200, (int)answer.Status);
        return answer.Json.Text("id")!;
    }

    private async Task<JsonElement> OrderAsync(string? id) => (await Caller.GetAsync($"/v2/orders/{id}")).Json;

    private async Task<(string? Status, string? Filled)> StatusAsync(string? id)
    {
        var order = await OrderAsync(id);
        return (order.Text("status"), order.Text("filled_qty"));
    }

    private async Task<List<JsonElement>> BarsAsync(string symbol) =>
        [.. (await Caller.GetAsync($"/v2/stocks/{symbol}/bars?timeframe=1Min")).Json.GetProperty("bars").EnumerateArray()];
}
