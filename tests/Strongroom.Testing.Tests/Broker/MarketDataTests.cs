using System.Net;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Broker;

public sealed class MarketDataTests : BrokerTest
{
    [Fact]
    public async Task Bars_OfTheDay_AreCompleteMinutesOnly()
    {
        Assert.Empty(await BarsAsync("SPY", "timeframe=1Min"));
        await AdvanceAsync(7);
        var bars = await BarsAsync("SPY", "timeframe=1Min");
        Assert.Equal(7, bars.Count);
        Assert.Equal("2026-03-02T14:30:00Z", bars[0].Text("t"));
        foreach (var bar in bars)
        {
            var (open, high, low, close) = (Number(bar, "o"), Number(bar, "h"), Number(bar, "l"), Number(bar, "c"));
            Assert.True(low <= Math.Min(open, close) && high >= Math.Max(open, close));
            Assert.InRange(Number(bar, "vw"), low, high);
            Assert.True(bar.GetProperty("v").GetInt64() > 0 && bar.GetProperty("n").GetInt64() > 0);
        }
    }

    [Fact]
    public async Task Bars_OfTheSameSeed_AreTheSameAndOfAnotherAreNot()
    {
        await AdvanceAsync(30);
        var mine = await Caller.GetAsync("/v2/stocks/SPY/bars?timeframe=1Min");
        Assert.Equal(mine.Text, await OfSeedAsync(1));
        Assert.NotEqual(mine.Text, await OfSeedAsync(2));

        static async Task<string> OfSeedAsync(int seed)
        {
            await using var broker = await PaperBroker.StartAsync(
                new PaperBrokerOptions { Seed = seed },
                TestContext.Current.CancellationToken
            );
            using var caller = new AlpacaCaller(broker.Url, broker.IssueKeyPair());
            await broker.Clock.AdvanceAsync(30, TestContext.Current.CancellationToken);
            return (await caller.GetAsync("/v2/stocks/SPY/bars?timeframe=1Min")).Text;
        }
    }

    [Fact]
    public async Task Bars_OverADay_HaveTrendsForAMomentumStrategy()
    {
        await Broker.Clock.AdvanceToCloseAsync(TestContext.Current.CancellationToken);
        var closes = (await BarsAsync("SPY", "timeframe=1Min")).ConvertAll(b => Number(b, "c"));
        var moves = Enumerable.Range(20, closes.Count - 20).Select(i => closes[i] / closes[i - 20] - 1).ToList();
        Assert.Contains(moves, m => m > 0.003m);
        Assert.Contains(moves, m => m < -0.003m);
    }

    [Theory]
    [InlineData("5Min", 12, "2026-03-02T14:30:00Z", "2026-03-02T14:35:00Z")]
    [InlineData("1Hour", 2, "2026-03-02T14:00:00Z", "2026-03-02T15:00:00Z")]
    public async Task Bars_OfLongerTimeframes_AreFoldedOnTheClock(string timeframe, int count, string first, string second)
    {
        await AdvanceAsync(60);
        var minutes = await BarsAsync("SPY", "timeframe=1Min");
        var folded = await BarsAsync("SPY", $"timeframe={timeframe}");
        Assert.Equal(count, folded.Count);
        Assert.Equal((first, second), (folded[0].Text("t"), folded[1].Text("t")));
        Assert.Equal(Number(minutes[0], "o"), Number(folded[0], "o"));
        Assert.Equal(minutes.Sum(m => m.GetProperty("v").GetInt64()), folded.Sum(f => f.GetProperty("v").GetInt64()));
        Assert.Equal(minutes.Max(m => Number(m, "h")), folded.Max(f => Number(f, "h")));
    }

    [Fact]
    public async Task Bars_OfDays_ShowTheThirtyBeforeToo()
    {
        await AdvanceAsync();
        var days = await BarsAsync("SPY", "timeframe=1Day&start=2026-01-01");
        Assert.Equal(("2026-02-02", "2026-03-02"), (days[0].Text("t")![..10], days[^1].Text("t")![..10]));
        Assert.Equal(21, days.Count);
        // No day begins far from where the last one ended, and the past leads to the price that the present begins at.
        for (var i = 1; i < days.Count; i++)
            Assert.InRange(Number(days[i], "o") / Number(days[i - 1], "c"), 0.97m, 1.03m);
    }

    [Fact]
    public async Task Bars_OfMinutes_ReachAsFarBackAsTheDailyOnes()
    {
        var bars = await BarsAsync("SPY", "timeframe=1Min&start=2026-01-31&end=2026-02-02&limit=10000");
        Assert.Equal(390, bars.Count);
        Assert.Equal("2026-02-02T14:30:00Z", bars[0].Text("t"));
    }

    [Fact]
    public async Task Bars_BetweenTwoInstants_IncludeBoth()
    {
        await AdvanceAsync(60);
        var bars = await BarsAsync("SPY", "timeframe=1Min&start=2026-03-02T14:40:00Z&end=2026-03-02T09:42:00-05:00&sort=desc");
        Assert.Equal(["2026-03-02T14:42:00Z", "2026-03-02T14:41:00Z", "2026-03-02T14:40:00Z"], bars.Select(b => b.Text("t")));
        Assert.Equal(390, (await BarsAsync("SPY", "timeframe=1Min&start=2026-02-27&end=2026-02-27")).Count);
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Bars_InPages_AreAllThereOnce(string sort)
    {
        await AdvanceAsync(10);
        var whole = (await Caller.GetAsync($"/v2/stocks/bars?symbols=QQQ,AAPL,NOPE&timeframe=1Min&sort={sort}")).Json;
        Assert.Equal(JsonValueKind.Null, whole.GetProperty("next_page_token").ValueKind);
        List<string> paged = [];
        string? token = null;
        do
        {
            var page = (
                await Caller.GetAsync(
                    $"/v2/stocks/bars?symbols=QQQ,AAPL,NOPE&timeframe=1Min&limit=5&sort={sort}"
                        + $"&page_token={Uri.EscapeDataString(token ?? "")}"
                )
            ).Json;
            paged.AddRange(Flat(page));
            token = page.Text("next_page_token");
        } while (token is not null);
        Assert.Equal(Flat(whole), paged);
        Assert.Equal(20, paged.Count);

        static IEnumerable<string> Flat(JsonElement page) =>
            page.GetProperty("bars")
                .EnumerateObject()
                .SelectMany(symbol => symbol.Value.EnumerateArray().Select(bar => $"{symbol.Name} {bar}"))
                .ToList();
    }

    [Theory]
    [InlineData("/v2/stocks/bars?timeframe=1Min", "symbols is required")]
    [InlineData("/v2/stocks/SPY/bars", "timeframe is required")]
    [InlineData("/v2/stocks/SPY/bars?timeframe=60Min", "invalid timeframe: 60Min")]
    [InlineData("/v2/stocks/SPY/bars?timeframe=0Min", "invalid timeframe")]
    [InlineData("/v2/stocks/SPY/bars?timeframe=1Fortnight", "invalid timeframe")]
    [InlineData("/v2/stocks/SPY/bars?timeframe=1Min&limit=10001", "limit must be between 1 and 10000")]
    [InlineData("/v2/stocks/SPY/bars?timeframe=1Min&sort=up", "invalid sort")]
    [InlineData("/v2/stocks/SPY/bars?timeframe=1Min&start=soon", "invalid start")]
    [InlineData("/v2/stocks/SPY/bars?timeframe=1Min&start=2026-03-02&end=2026-03-01", "end should not be before start")]
    [InlineData("/v2/stocks/SPY/bars?timeframe=1Min&page_token=bm90aGluZw", "invalid page_token")]
    public async Task Bars_WithWrongParameters_Are400(string path, string message) =>
        (await Caller.GetAsync(path)).IsRefusal(400, null, message);

    [Fact]
    public async Task Latest_OfOneSymbol_BelongsToTheLastCompleteBar()
    {
        var before = (await Caller.GetAsync("/v2/stocks/SPY/bars/latest")).Json;
        Assert.Equal("2026-02-27T20:59:00Z", before.GetProperty("bar").Text("t"));
        await AdvanceAsync(2);
        var bar = (await Caller.GetAsync("/v2/stocks/SPY/bars/latest")).Json.GetProperty("bar");
        Assert.Equal("2026-03-02T14:31:00Z", bar.Text("t"));
        var trade = (await Caller.GetAsync("/v2/stocks/SPY/trades/latest")).Json;
        Assert.Equal(("SPY", Number(bar, "c")), (trade.Text("symbol"), Number(trade.GetProperty("trade"), "p")));
        var quote = (await Caller.GetAsync("/v2/stocks/SPY/quotes/latest")).Json.GetProperty("quote");
        Assert.True(Number(quote, "bp") < Number(quote, "ap"));
        foreach (var kind in new[] { "bars", "trades", "quotes" })
            (await Caller.GetAsync($"/v2/stocks/NOPE/{kind}/latest")).IsRefusal(404, null, "no data found for NOPE");
    }

    [Theory]
    [InlineData("bars", "c")]
    [InlineData("trades", "p")]
    [InlineData("quotes", "ap")]
    public async Task Latest_OfSeveralSymbols_LeavesUnknownOnesOut(string kind, string price)
    {
        var answer = await Caller.GetAsync($"/v2/stocks/{kind}/latest?symbols=SPY,NOPE,AAPL");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var found = answer.Json.GetProperty(kind).EnumerateObject().ToList();
        Assert.Equal(["AAPL", "SPY"], found.Select(f => f.Name).Order());
        Assert.All(found, f => Assert.True(Number(f.Value, price) > 0));
        (await Caller.GetAsync($"/v2/stocks/{kind}/latest")).IsRefusal(400, null, "symbols is required");
    }

    private static decimal Number(JsonElement json, string name) => json.GetProperty(name).GetDecimal();

    private async Task<List<JsonElement>> BarsAsync(string symbol, string query)
    {
        var answer = await Caller.GetAsync($"/v2/stocks/{symbol}/bars?{query}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(symbol, answer.Json.Text("symbol"));
        return [.. answer.Json.GetProperty("bars").EnumerateArray()];
    }
}
