using System.Text.Json;

namespace Strongroom.Testing.Tests.Broker;

/// <summary>Alpaca's own client, in JavaScript, as a witness that does not know our reading of the API.</summary>
public sealed class AlpacaClientTests : BrokerTest
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "alpaca-client");

    private protected override PaperBrokerOptions Options => new() { AllowControl = true };

    [Fact]
    public async Task Client_TradingAndReading_UnderstandsTheBroker()
    {
        await NodeProgram.InstallAsync(Folder);
        var (exit, text, errors) = await OutsideProgram.RunAsync(
            Folder,
            "node",
            ["check.mjs"],
            new Dictionary<string, string>
            {
                ["BROKER_URL"] = Broker.Url.GetLeftPart(UriPartial.Authority),
                ["CONTROL_TOKEN"] = Broker.ControlToken!,
                ["APCA_API_KEY_ID"] = Pair.KeyId,
                ["APCA_API_SECRET_KEY"] = Pair.Secret,
            }
        );
        Assert.True(exit == 0, errors);
        var result = JsonDocument.Parse(text).RootElement;

        Assert.Equal(
            ("ACTIVE", "200000"),
            (result.GetProperty("account").Text("status"), result.GetProperty("account").Text("buyingPower"))
        );
        Assert.True(result.GetProperty("clock").GetProperty("isOpen").GetBoolean());
        Assert.Equal("us_equity", result.GetProperty("asset").Text("_class"));
        CheckOrders(result);
        CheckRefusals(result);
        CheckMarketData(result);
        Assert.Equal("from-the-client", Broker.Orders[0].ClientOrderId);
    }

    private static void CheckOrders(JsonElement result)
    {
        var (placed, filled, position) = (
            result.GetProperty("placed"),
            result.GetProperty("filled"),
            result.GetProperty("position")
        );
        Assert.Equal(
            ("new", "market", "buy", "day"),
            (placed.Text("status"), placed.Text("type"), placed.Text("side"), placed.Text("timeInForce"))
        );
        Assert.Equal(
            ("filled", "3", placed.Text("id")),
            (filled.Text("status"), filled.Text("filledQty"), result.Text("byClientOrderId"))
        );
        Assert.Equal("2026-03-02T14:30:00.000Z", filled.Text("filledAt"));
        Assert.Equal(
            [result.GetProperty("resting").Text("id")],
            result.GetProperty("open").EnumerateArray().Select(id => id.GetString())
        );
        Assert.Equal(
            ("3", "long", filled.Text("filledAvgPrice")),
            (position.Text("qty"), position.Text("side"), position.Text("avgEntryPrice"))
        );
        Assert.Equal(1, result.GetProperty("positions").GetInt32());
        Assert.Equal(("sell", "3"), (result.GetProperty("closing").Text("side"), result.GetProperty("closing").Text("qty")));
        Assert.Equal(0, result.GetProperty("canceledAll").GetArrayLength());
    }

    private static void CheckRefusals(JsonElement result)
    {
        Check("duplicate", "ValidationError", 422, 40010001);
        Check("tooLarge", "PermissionError", 403, 40310000);
        Check("canceledTwice", "ValidationError", 422, 42210000);
        Check("noPosition", "NotFoundError", 404, 40410000);
        Check("unauthorized", "AuthError", 401, 40110000);
        Check("dataUnauthorized", "AuthError", 401, null);

        void Check(string name, string kind, int status, int? code)
        {
            var refusal = result.GetProperty(name);
            Assert.Equal((kind, status), (refusal.Text("kind"), refusal.GetProperty("status").GetInt32()));
            Assert.Equal(code, refusal.TryGetProperty("code", out var found) ? found.GetInt32() : null);
            Assert.True(refusal.GetProperty("isApiError").GetBoolean() && refusal.GetProperty("requestId").GetBoolean());
        }
    }

    private static void CheckMarketData(JsonElement result)
    {
        var bars = result.GetProperty("bars");
        Assert.Equal(4, bars.GetProperty("bars").GetProperty("QQQ").GetArrayLength());
        Assert.NotNull(bars.Text("nextPageToken"));
        Assert.Equal(2, result.GetProperty("symbolBars").GetArrayLength());
        var latest = result.GetProperty("latestBar");
        Assert.Equal("2026-03-02T14:39:00.000Z", latest.Text("t"));
        Assert.Equal(["QQQ", "SPY"], result.GetProperty("latestBars").EnumerateArray().Select(s => s.GetString()).Order());
        Assert.Equal(latest.GetProperty("c").GetDecimal(), result.GetProperty("latestTrade").GetProperty("p").GetDecimal());
        Assert.True(result.GetProperty("latestQuote").GetProperty("ap").GetDecimal() > latest.GetProperty("c").GetDecimal());
    }
}
