using System.Net;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Broker;

public sealed class OrderTests : BrokerTest
{
    private static readonly string[] StringFields =
    [
        "id",
        "client_order_id",
        "created_at",
        "updated_at",
        "submitted_at",
        "asset_id",
        "symbol",
        "asset_class",
        "qty",
        "filled_qty",
        "order_class",
        "order_type",
        "type",
        "side",
        "time_in_force",
        "limit_price",
        "status",
        "position_intent",
    ];

    [Fact]
    public async Task Place_LimitOrder_AnswersInAlpacasShape()
    {
        var order = await Caller.LimitAsync("SPY", "buy", 3, 100.25m, "gtc");
        Assert.All(StringFields, name => Assert.Equal(JsonValueKind.String, order.GetProperty(name).ValueKind));
        foreach (
            var name in new[]
            {
                "filled_at",
                "expired_at",
                "canceled_at",
                "failed_at",
                "replaced_at",
                "replaced_by",
                "replaces",
                "notional",
                "filled_avg_price",
                "stop_price",
                "legs",
                "trail_percent",
                "trail_price",
                "hwm",
            }
        )
            Assert.Equal(JsonValueKind.Null, order.GetProperty(name).ValueKind);
        Assert.False(order.GetProperty("extended_hours").GetBoolean());
        Assert.Equal(
            ("3", "100.25", "0", "new"),
            (order.Text("qty"), order.Text("limit_price"), order.Text("filled_qty"), order.Text("status"))
        );
        Assert.EndsWith("Z", order.Text("submitted_at"), StringComparison.Ordinal);
        Assert.Equal("buy_to_open", order.Text("position_intent"));
    }

    [Fact]
    public async Task Place_WithNumbersOrStrings_IsTheSame()
    {
        var text = await Caller.OrderAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = "1",
                type = "limit",
                limit_price = "10.5",
                time_in_force = "day",
            }
        );
        var number = await Caller.OrderAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = 1,
                type = "limit",
                limit_price = 10.5,
                time_in_force = "day",
                order_class = "",
            }
        );
        Assert.Equal(text.Json.Text("limit_price"), number.Json.Text("limit_price"));
    }

    [Fact]
    public async Task Place_WithUsedClientOrderId_Is422AndTheFirstStands()
    {
        var body = new
        {
            symbol = "SPY",
            side = "buy",
            qty = "1",
            type = "market",
            time_in_force = "day",
            client_order_id = "once-1",
        };
        var first = await Caller.OrderAsync(body);
        (await Caller.OrderAsync(body)).IsRefusal(422, 40010001, "client_order_id must be unique");
        var found = await Caller.GetAsync("/v2/orders:by_client_order_id?client_order_id=once-1");
        Assert.Equal(first.Json.Text("id"), found.Json.Text("id"));
        var order = Assert.Single(Broker.Orders);
        Assert.Equal(
            ("once-1", Pair.KeyId, PaperBrokerOptions.DefaultAccount),
            (order.ClientOrderId, order.KeyId, order.Account)
        );
        Assert.Equal([200, 422], Broker.OrderAttempts.Select(a => a.Status));
        Assert.All(Broker.OrderAttempts, a => Assert.Equal(("once-1", "SPY", Pair.KeyId), (a.ClientOrderId, a.Symbol, a.KeyId)));
    }

    [Fact]
    public async Task Place_ManyAtOnceWithOneClientOrderId_TakesExactlyOne()
    {
        var second = CallerWith(Broker.IssueKeyPair());
        var body = new
        {
            symbol = "SPY",
            side = "buy",
            qty = "1",
            type = "market",
            time_in_force = "day",
            client_order_id = "race",
        };
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? Caller : second).OrderAsync(body)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a =>
            a.IsRefusal(422, 40010001, "client_order_id must be unique")
        );
        Assert.Single(Broker.Orders);
        Assert.Equal(40, Broker.OrderAttempts.Count);
    }

    [Theory]
    [InlineData("""{"side":"buy","qty":"1","type":"market","time_in_force":"day"}""", 422, 40010001, "symbol is required")]
    [InlineData("""{"symbol":"SPY","qty":"1","type":"market","time_in_force":"day"}""", 422, 40010001, "side is required")]
    [InlineData(
        """{"symbol":"SPY","side":"hold","qty":"1","type":"market","time_in_force":"day"}""",
        422,
        40010001,
        "invalid side"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1","type":"trailing_stop","time_in_force":"day"}""",
        422,
        40010001,
        "invalid type"
    )]
    [InlineData("""{"symbol":"SPY","side":"buy","qty":"1","type":"market"}""", 422, 40010001, "time_in_force is required")]
    [InlineData(
        """{"symbol":"SPY","side":"buy","type":"market","time_in_force":"day"}""",
        422,
        40010001,
        "qty or notional is required"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1","notional":"5","type":"market","time_in_force":"day"}""",
        422,
        40010001,
        "only one of qty or notional"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"-1","type":"market","time_in_force":"day"}""",
        422,
        40010001,
        "qty must be > 0"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"many","type":"market","time_in_force":"day"}""",
        422,
        40010001,
        "invalid qty"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","notional":"0.5","type":"market","time_in_force":"day"}""",
        422,
        40010001,
        "notional amount must be"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","notional":"5","type":"market","time_in_force":"gtc"}""",
        422,
        42210000,
        "notional orders must be DAY market orders"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1.5","type":"market","time_in_force":"gtc"}""",
        422,
        42210000,
        "fractional orders must be DAY orders"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1","type":"limit","time_in_force":"day"}""",
        422,
        40010001,
        "limit orders require limit price"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1","type":"market","limit_price":"5","time_in_force":"day"}""",
        422,
        40010001,
        "market orders require no limit price"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1","type":"limit","limit_price":"0","time_in_force":"day"}""",
        422,
        40010001,
        "limit_price must be > 0"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1","type":"limit","limit_price":"5.001","time_in_force":"day"}""",
        422,
        42210000,
        "sub-penny increment"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1","type":"market","time_in_force":"day","extended_hours":true}""",
        422,
        42210000,
        "extended hours order must be DAY limit"
    )]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":"1","type":"market","time_in_force":"day","order_class":"bracket"}""",
        422,
        42210000,
        "simple orders only"
    )]
    [InlineData(
        """{"symbol":"NOPE","side":"buy","qty":"1","type":"market","time_in_force":"day"}""",
        422,
        42210000,
        "asset \"NOPE\" not found"
    )]
    [InlineData("""{"symbol":7}""", 400, 40010000, "request body format is invalid")]
    [InlineData(
        """{"symbol":"SPY","side":"buy","qty":[],"type":"market","time_in_force":"day"}""",
        400,
        40010000,
        "request body format is invalid"
    )]
    [InlineData("[]", 400, 40010000, "request body format is invalid")]
    [InlineData("{", 400, 40010000, "request body format is invalid")]
    public async Task Place_AgainstARule_IsRefusedInAlpacasForm(string body, int status, int code, string message)
    {
        (await Caller.OrderAsync(body)).IsRefusal(status, code, message);
        Assert.Empty(Broker.Orders);
        Assert.Equal(status, Assert.Single(Broker.OrderAttempts).Status);
    }

    [Fact]
    public async Task Place_WithLongClientOrderId_Is422()
    {
        var body = new
        {
            symbol = "SPY",
            side = "buy",
            qty = 1,
            type = "market",
            time_in_force = "day",
            client_order_id = new string('x', 129),
        };
        (await Caller.OrderAsync(body)).IsRefusal(422, 40010001, "128 characters");
    }

    [Fact]
    public async Task Place_OverBuyingPower_Is403WithBothAmounts()
    {
        var answer = await Caller.OrderAsync(
            new
            {
                symbol = "SPY",
                side = "buy",
                qty = 5000,
                type = "limit",
                limit_price = 500,
                time_in_force = "day",
            }
        );
        answer.IsRefusal(403, 40310000, "insufficient buying power");
        Assert.Equal(("200000", "2500000"), (answer.Json.Text("buying_power"), answer.Json.Text("cost_basis")));
    }

    [Fact]
    public async Task Place_WhileAnOppositeOrderCrosses_Is403WashTrade()
    {
        var resting = await Caller.LimitAsync("SPY", "buy", 1, 100);
        var answer = await Caller.OrderAsync(
            new
            {
                symbol = "SPY",
                side = "sell",
                qty = 1,
                type = "market",
                time_in_force = "day",
            }
        );
        answer.IsRefusal(403, 40310000, "potential wash trade detected");
        Assert.Equal(resting.Text("id"), answer.Json.Text("existing_order_id"));
        await Caller.LimitAsync("SPY", "sell", 1, 9_000);
    }

    [Fact]
    public async Task List_WithFilters_ShowsWhatWasAskedFor()
    {
        var resting = await Caller.LimitAsync("SPY", "buy", 1, 100);
        await Caller.MarketAsync("AAPL", "buy", 1);
        await AdvanceAsync();
        var late = await Caller.LimitAsync("QQQ", "sell", 1, 9_000);

        Assert.Equal(["QQQ", "SPY"], await SymbolsAsync(""));
        Assert.Equal(["AAPL"], await SymbolsAsync("?status=closed"));
        Assert.Equal(["QQQ", "AAPL", "SPY"], await SymbolsAsync("?status=all&nested=true"));
        Assert.Equal(["SPY", "AAPL", "QQQ"], await SymbolsAsync("?status=all&direction=asc"));
        Assert.Equal(["QQQ", "AAPL"], await SymbolsAsync("?status=all&limit=2"));
        Assert.Equal(["AAPL", "SPY"], await SymbolsAsync("?status=all&symbols=SPY,AAPL"));
        Assert.Equal(["QQQ"], await SymbolsAsync("?status=all&side=sell"));
        Assert.Equal(["QQQ", "AAPL"], await SymbolsAsync($"?status=all&after={resting.Text("submitted_at")}"));
        Assert.Equal(["AAPL", "SPY"], await SymbolsAsync($"?status=all&until={late.Text("submitted_at")}"));
        Assert.Equal(["QQQ", "AAPL", "SPY"], await SymbolsAsync("?status=all&after=2026-03-02"));
    }

    [Theory]
    [InlineData("status=done", "invalid status")]
    [InlineData("direction=up", "invalid direction")]
    [InlineData("limit=501", "limit must be between 1 and 500")]
    [InlineData("after=yesterday", "invalid after")]
    public async Task List_WithWrongFilter_Is422(string query, string message) =>
        (await Caller.GetAsync($"/v2/orders?{query}")).IsRefusal(422, 40010001, message);

    [Fact]
    public async Task Get_KnownAndUnknown_AnswersOrRefuses()
    {
        var order = await Caller.LimitAsync("SPY", "buy", 1, 100);
        Assert.Equal(order.Text("id"), (await Caller.GetAsync($"/v2/orders/{order.Text("id")}")).Json.Text("id"));
        var unknown = Guid.NewGuid();
        (await Caller.GetAsync($"/v2/orders/{unknown}")).IsRefusal(404, 40410000, $"order not found for {unknown}");
        (await Caller.GetAsync("/v2/orders/7")).IsRefusal(404, 40410000, "order not found for 7");
        (await Caller.GetAsync("/v2/orders:by_client_order_id?client_order_id=none")).IsRefusal(
            404,
            40410000,
            "order not found for none"
        );
        (await Caller.GetAsync("/v2/orders:by_client_order_id")).IsRefusal(422, 40010001, "client_order_id is required");
    }

    [Fact]
    public async Task Cancel_OpenOrder_Is204AndASecondTimeIs422()
    {
        var id = (await Caller.LimitAsync("SPY", "buy", 1, 100)).Text("id");
        Assert.Equal(HttpStatusCode.NoContent, (await Caller.DeleteAsync($"/v2/orders/{id}")).Status);
        var canceled = (await Caller.GetAsync($"/v2/orders/{id}")).Json;
        Assert.Equal("canceled", canceled.Text("status"));
        Assert.NotNull(canceled.Text("canceled_at"));
        (await Caller.DeleteAsync($"/v2/orders/{id}")).IsRefusal(422, 42210000, "order is already in \"canceled\" state");
        (await Caller.DeleteAsync($"/v2/orders/{Guid.NewGuid()}")).IsRefusal(404, 40410000, "order not found");
    }

    [Fact]
    public async Task CancelAll_WithOpenOrders_Is207WithOneLineEach()
    {
        var first = await Caller.LimitAsync("SPY", "buy", 1, 100);
        var second = await Caller.LimitAsync("QQQ", "buy", 1, 100);
        var answer = await Caller.DeleteAsync("/v2/orders");
        Assert.Equal(HttpStatusCode.MultiStatus, answer.Status);
        Assert.Equal([first.Text("id"), second.Text("id")], answer.Json.EnumerateArray().Select(line => line.Text("id")));
        Assert.All(answer.Json.EnumerateArray(), line => Assert.Equal(200, line.GetProperty("status").GetInt32()));
        Assert.All(Broker.Orders, o => Assert.False(o.IsOpen));
        Assert.Equal("[]", (await Caller.DeleteAsync("/v2/orders")).Text);
    }

    private async Task<IEnumerable<string?>> SymbolsAsync(string query)
    {
        var answer = await Caller.GetAsync($"/v2/orders{query}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json.EnumerateArray().Select(o => o.Text("symbol")).ToList();
    }
}
