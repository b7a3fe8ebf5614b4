using System.Net;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Broker;

public sealed class AccountTests : BrokerTest
{
    [Fact]
    public async Task Account_Fresh_HasAlpacasShape()
    {
        var account = (await Caller.GetAsync("/v2/account")).Json;
        foreach (
            var name in new[]
            {
                "id",
                "account_number",
                "status",
                "currency",
                "cash",
                "buying_power",
                "regt_buying_power",
                "non_marginable_buying_power",
                "portfolio_value",
                "equity",
                "last_equity",
                "long_market_value",
                "short_market_value",
                "initial_margin",
                "maintenance_margin",
                "multiplier",
                "created_at",
                "sma",
                "accrued_fees",
            }
        )
            Assert.Equal(JsonValueKind.String, account.GetProperty(name).ValueKind);
        foreach (
            var name in new[]
            {
                "trading_blocked",
                "transfers_blocked",
                "account_blocked",
                "trade_suspended_by_user",
                "pattern_day_trader",
            }
        )
            Assert.False(account.GetProperty(name).GetBoolean());
        Assert.True(account.GetProperty("shorting_enabled").GetBoolean());
        Assert.Equal(0, account.GetProperty("daytrade_count").GetInt32());
        Assert.Equal(
            ("ACTIVE", "USD", "100000", "200000", "2"),
            (
                account.Text("status"),
                account.Text("currency"),
                account.Text("cash"),
                account.Text("buying_power"),
                account.Text("multiplier")
            )
        );
    }

    [Fact]
    public async Task Position_AfterBuyAndPartSale_FollowsTheFills()
    {
        await Caller.MarketAsync("SPY", "buy", 10);
        await AdvanceAsync();
        var entry = Broker.Orders[0].FilledAveragePrice!.Value;
        var price = await LastPriceAsync("SPY");
        var position = (await Caller.GetAsync("/v2/positions/SPY")).Json;
        Assert.Equal(("10", "10", "long"), (position.Text("qty"), position.Text("qty_available"), position.Text("side")));
        Assert.Equal(entry, position.Decimal("avg_entry_price"));
        Assert.Equal(10 * price, position.Decimal("market_value"));
        Assert.Equal(10 * entry, position.Decimal("cost_basis"));
        Assert.Equal(10 * (price - entry), position.Decimal("unrealized_pl"));
        Assert.Equal(price, position.Decimal("current_price"));
        Assert.Equal("us_equity", position.Text("asset_class"));

        var account = (await Caller.GetAsync("/v2/account")).Json;
        Assert.Equal(100_000 - 10 * entry, account.Decimal("cash"));
        Assert.Equal(100_000 + 10 * (price - entry), account.Decimal("equity"));
        Assert.Equal(2 * account.Decimal("equity") - 10 * price, account.Decimal("buying_power"));

        var sale = await Caller.MarketAsync("SPY", "sell", 4);
        Assert.Equal("sell_to_close", sale.Text("position_intent"));
        Assert.Equal("6", (await Caller.GetAsync("/v2/positions/SPY")).Json.Text("qty_available"));
        await AdvanceAsync();
        var sold = (await Caller.GetAsync($"/v2/orders/{sale.Text("id")}")).Json;
        Assert.Equal("sell_to_close", sold.Text("position_intent"));
        Assert.True(string.CompareOrdinal(sold.Text("filled_at"), sold.Text("submitted_at")) > 0);
        position = Assert.Single((await Caller.GetAsync("/v2/positions")).Json.EnumerateArray());
        Assert.Equal(("6", entry), (position.Text("qty"), position.Decimal("avg_entry_price")));
    }

    [Fact]
    public async Task Position_SoldShort_IsNegative()
    {
        await Caller.MarketAsync("QQQ", "sell", 5);
        await AdvanceAsync();
        var entry = Broker.Orders[0].FilledAveragePrice!.Value;
        var price = await LastPriceAsync("QQQ");
        var position = (await Caller.GetAsync("/v2/positions/QQQ")).Json;
        Assert.Equal(("-5", "short"), (position.Text("qty"), position.Text("side")));
        Assert.Equal(-5 * price, position.Decimal("market_value"));
        Assert.Equal(5 * (entry - price), position.Decimal("unrealized_pl"));
        var account = (await Caller.GetAsync("/v2/account")).Json;
        Assert.Equal(-5 * price, account.Decimal("short_market_value"));
        Assert.Equal(100_000 + 5 * entry, account.Decimal("cash"));
        await Caller.MarketAsync("QQQ", "buy", 5);
        await AdvanceAsync();
        (await Caller.GetAsync("/v2/positions/QQQ")).IsRefusal(404, 40410000, "position does not exist");
    }

    [Fact]
    public async Task Position_BoughtTwiceAndHeldOvernight_AveragesAndStartsTheDayAgain()
    {
        await Caller.MarketAsync("SPY", "buy", 1);
        await AdvanceAsync(100);
        await Caller.MarketAsync("SPY", "buy", 3);
        await AdvanceAsync();
        var fills = Broker.Orders.Select(o => o.FilledAveragePrice!.Value).ToList();
        var position = (await Caller.GetAsync("/v2/positions/SPY")).Json;
        Assert.Equal((fills[0] + 3 * fills[1]) / 4, position.Decimal("avg_entry_price"), 6);
        await Broker.Clock.AdvanceToCloseAsync(TestContext.Current.CancellationToken);
        Assert.Equal("0", (await Caller.GetAsync("/v2/positions/SPY")).Json.Text("unrealized_intraday_pl"));
        var account = (await Caller.GetAsync("/v2/account")).Json;
        Assert.Equal(account.Text("equity"), account.Text("last_equity"));
        await AdvanceAsync();
        position = (await Caller.GetAsync("/v2/positions/SPY")).Json;
        var change = position.Decimal("current_price") - position.Decimal("lastday_price");
        Assert.Equal(4 * change, position.Decimal("unrealized_intraday_pl"), 6);
    }

    [Fact]
    public async Task Sale_OfMoreThanIsHeld_Is403WithTheQuantities()
    {
        await Caller.MarketAsync("SPY", "buy", 10);
        await AdvanceAsync();
        await Caller.LimitAsync("SPY", "sell", 4, 9_000);
        var answer = await Caller.OrderAsync(
            new
            {
                symbol = "SPY",
                side = "sell",
                qty = 7,
                type = "market",
                time_in_force = "day",
            }
        );
        answer.IsRefusal(403, 40310000, "insufficient qty available for order (requested: 7, available: 6)");
        Assert.Equal(("10", "4"), (answer.Json.Text("existing_qty"), answer.Json.Text("held_for_orders")));
    }

    [Fact]
    public async Task ShortSale_OfAFraction_Is422() =>
        (
            await Caller.OrderAsync(
                new
                {
                    symbol = "SPY",
                    side = "sell",
                    qty = 1.5,
                    type = "market",
                    time_in_force = "day",
                }
            )
        ).IsRefusal(422, 42210000, "fractional orders cannot be sold short");

    [Fact]
    public async Task ClosePosition_WholeOrPart_PlacesTheOppositeOrder()
    {
        await Caller.MarketAsync("SPY", "buy", 10);
        await Caller.MarketAsync("QQQ", "sell", 2);
        await AdvanceAsync();
        var part = (await Caller.DeleteAsync("/v2/positions/SPY?percentage=30")).Json;
        Assert.Equal(("3", "sell", "market"), (part.Text("qty"), part.Text("side"), part.Text("type")));
        var more = (await Caller.DeleteAsync("/v2/positions/SPY?qty=2")).Json;
        Assert.Equal("2", more.Text("qty"));
        (await Caller.DeleteAsync("/v2/positions/SPY")).IsRefusal(403, 40310000, "insufficient qty available");
        (await Caller.DeleteAsync("/v2/positions/SPY?qty=none")).IsRefusal(422, 40010001, "invalid qty");
        (await Caller.DeleteAsync("/v2/positions/TSLA")).IsRefusal(404, 40410000, "position does not exist");
        var all = await Caller.DeleteAsync("/v2/positions?cancel_orders=true");
        Assert.Equal(HttpStatusCode.MultiStatus, all.Status);
        Assert.Equal(
            [("QQQ", "buy"), ("SPY", "sell")],
            all.Json.EnumerateArray().Select(l => (l.Text("symbol")!, l.GetProperty("body").Text("side")!))
        );
        await AdvanceAsync();
        Assert.Equal("[]", (await Caller.GetAsync("/v2/positions")).Text);
    }

    [Fact]
    public async Task CloseAllPositions_WhereSharesAreTiedUp_ClosesTheOthers()
    {
        await Caller.MarketAsync("SPY", "buy", 1);
        await Caller.MarketAsync("QQQ", "buy", 1);
        await AdvanceAsync();
        await Caller.LimitAsync("QQQ", "sell", 1, 9_000);
        var lines = (await Caller.DeleteAsync("/v2/positions")).Json.EnumerateArray().ToList();
        Assert.Equal([("QQQ", 403), ("SPY", 200)], lines.Select(l => (l.Text("symbol")!, l.GetProperty("status").GetInt32())));
    }

    [Fact]
    public async Task TwoAccounts_WithPairsOfTheirOwn_SeeNothingOfEachOther()
    {
        var other = CallerWith(Broker.IssueKeyPair("other"));
        var mine = await Caller.OrderAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = 1,
                type = "market",
                time_in_force = "day",
                client_order_id = "same",
            }
        );
        var theirs = await other.OrderAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = 2,
                type = "market",
                time_in_force = "day",
                client_order_id = "same",
            }
        );
        Assert.Equal(HttpStatusCode.OK, theirs.Status);
        (await other.GetAsync($"/v2/orders/{mine.Json.Text("id")}")).IsRefusal(404, 40410000, "order not found");
        (await other.DeleteAsync($"/v2/orders/{mine.Json.Text("id")}")).IsRefusal(404, 40410000, "order not found");
        await AdvanceAsync();
        Assert.Equal("1", (await Caller.GetAsync("/v2/positions/SPY")).Json.Text("qty"));
        Assert.Equal("2", (await other.GetAsync("/v2/positions/SPY")).Json.Text("qty"));
        Assert.NotEqual(
            (await Caller.GetAsync("/v2/account")).Json.Text("id"),
            (await other.GetAsync("/v2/account")).Json.Text("id")
        );
        Assert.Equal(["other", "paper"], Broker.Orders.Select(o => o.Account).Order());
    }

    [Fact]
    public async Task Assets_KnownAndUnknown_AnswerOrRefuse()
    {
        var assets = (await Caller.GetAsync("/v2/assets")).Json;
        Assert.Contains("SPY", assets.EnumerateArray().Select(a => a.Text("symbol")));
        var asset = (await Caller.GetAsync("/v2/assets/SPY")).Json;
        Assert.Equal(("us_equity", "active"), (asset.Text("class"), asset.Text("status")));
        Assert.True(asset.GetProperty("tradable").GetBoolean());
        (await Caller.GetAsync("/v2/assets/NOPE")).IsRefusal(404, 40410000, "asset not found for NOPE");
    }
}
