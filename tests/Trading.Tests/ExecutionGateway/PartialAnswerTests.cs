using System.Text.Json;
using ExecutionGateway.Broker;
using RiskManager.Peers;
using Trading.Contracts;
using Trading.Tests.Support;

namespace Trading.Tests.ExecutionGateway;

/// <summary>What an answer lacks is unknown: no equity of zero, no empty book, no hour at the beginning of time.</summary>
public class PartialAnswerTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"last_equity":"100000","cash":"100000","buying_power":"100000"}""")]
    [InlineData("""{"equity":null,"last_equity":"100000","cash":"100000","buying_power":"100000"}""")]
    public async Task Account_without_its_equity_is_no_account_of_zero(string json)
    {
        using var http = ScriptedHandler.Always(json, out _);
        await Assert.ThrowsAsync<JsonException>(() => new AlpacaTradingClient(http).AccountAsync(s_ct));
    }

    [Theory]
    [InlineData("""[{"symbol":"AAPL","avg_entry_price":"100"}]""")]
    [InlineData("""[{"qty":"10","avg_entry_price":"100"}]""")]
    public async Task Position_without_its_quantity_or_symbol_is_not_nothing_held(string json)
    {
        using var http = ScriptedHandler.Always(json, out _);
        await Assert.ThrowsAsync<JsonException>(() => new AlpacaTradingClient(http).PositionsAsync(s_ct));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"","client_order_id":"one","status":"new","filled_qty":"0"}""")]
    [InlineData("""{"id":"7","client_order_id":"another","status":"filled","filled_qty":"10"}""")]
    [InlineData("""{"id":"7","client_order_id":"one","filled_qty":"0"}""")]
    public async Task Look_up_that_gives_no_order_of_that_name_is_no_answer(string json)
    {
        using var http = ScriptedHandler.Always(json, out _);
        await Assert.ThrowsAsync<JsonException>(() => new AlpacaTradingClient(http).FindAsync("one", s_ct));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"7","client_order_id":"another","status":"filled","filled_qty":"10"}""")]
    public async Task Attempt_that_is_answered_with_no_order_of_that_name_is_unknown(string json)
    {
        using var http = ScriptedHandler.Always(json, out _);
        var now = DateTimeOffset.UnixEpoch;
        var order = new OrderReport(
            "one",
            Guid.NewGuid(),
            1,
            "AAPL",
            OrderSide.Buy,
            1,
            OrderKind.Market,
            null,
            true,
            OrderState.Pending,
            0,
            null,
            null,
            now,
            now
        );
        Assert.IsType<PlaceOutcome.Unknown>(await new AlpacaTradingClient(http).PlaceAsync(order, s_ct));
    }

    [Fact]
    public async Task No_of_a_gateway_in_between_that_has_a_code_too_is_no_word_of_the_brokers()
    {
        using var http = new HttpClient(new ScriptedHandler(_ => (404, """{"code":404,"message":"no route matched"}""")))
        {
            BaseAddress = new Uri("http://127.0.0.1"),
        };
        var client = new AlpacaTradingClient(http);
        var now = DateTimeOffset.UnixEpoch;
        var order = new OrderReport(
            "one",
            Guid.NewGuid(),
            1,
            "AAPL",
            OrderSide.Buy,
            1,
            OrderKind.Market,
            null,
            true,
            OrderState.Pending,
            0,
            null,
            null,
            now,
            now
        );
        await Assert.ThrowsAsync<HttpRequestException>(() => client.FindAsync("one", s_ct));
        Assert.IsType<PlaceOutcome.Unknown>(await client.PlaceAsync(order, s_ct));
    }

    [Theory]
    [InlineData("""{"lastEquity":1,"cash":1,"buyingPower":1,"allowed":"all"}""")]
    [InlineData("""{"equity":1,"lastEquity":1,"cash":1,"buyingPower":1}""")]
    public async Task Gateways_account_without_equity_or_permission_is_no_account(string json)
    {
        using var http = ScriptedHandler.Always(json, out _);
        await Assert.ThrowsAsync<JsonException>(() => new ExecutionClient(http).AccountAsync(s_ct));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"positions":null,"orders":null}""")]
    public async Task Gateways_answer_without_its_list_is_no_empty_book(string json)
    {
        using var http = ScriptedHandler.Always(json, out _);
        await Assert.ThrowsAsync<JsonException>(() => new ExecutionClient(http).PositionsAsync(s_ct));
        await Assert.ThrowsAsync<JsonException>(() => new ExecutionClient(http).WorkingOrdersAsync(s_ct));
    }

    [Fact]
    public async Task Clock_without_the_time_makes_no_price_fresh()
    {
        using var http = ScriptedHandler.Always(
            """{"isOpen":true,"nextOpen":"2026-03-02T14:30:00Z","nextClose":"2026-03-02T21:00:00Z"}""",
            out _
        );
        await Assert.ThrowsAsync<JsonException>(() => new MarketDataClient(http).ClockAsync(s_ct));
    }
}
