using System.Net;
using System.Net.Sockets;

namespace Strongroom.Testing.Tests.Broker;

public sealed class PaperBrokerTests : BrokerTest
{
    private readonly CollectingLoggerProvider logs = new();

    private protected override PaperBrokerOptions Options => new() { LoggerProvider = logs, AllowShorting = false };

    [Theory]
    [InlineData("production")]
    [InlineData("staging")]
    [InlineData("Local")]
    public async Task Start_InAnotherDeployment_IsRefused(string environment)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            PaperBroker.StartAsync(
                new PaperBrokerOptions { DeploymentEnvironment = environment },
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains($"DEPLOYMENT_ENV is '{environment}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Unset DEPLOYMENT_ENV", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("local")]
    [InlineData("test")]
    public async Task Start_LocallyOrInTest_Listens(string? environment)
    {
        await using var broker = await PaperBroker.StartAsync(
            new PaperBrokerOptions { DeploymentEnvironment = environment },
            TestContext.Current.CancellationToken
        );
        Assert.True(broker.Url.IsLoopback);
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task Start_WithWrongOptions_NamesEveryFault()
    {
        var options = new PaperBrokerOptions
        {
            Port = 70_000,
            TradingDate = new DateOnly(2026, 3, 1),
            StartingCash = -1,
            Multiplier = 9,
            ShareOfVolume = 2,
            RequestsPerMinute = 0,
        };
        options.StartPrices["CHEAP"] = 1;
        var fault = await Assert.ThrowsAsync<ArgumentException>(() =>
            PaperBroker.StartAsync(options, TestContext.Current.CancellationToken)
        );
        foreach (
            var name in new[]
            {
                "Port",
                "TradingDate",
                "StartPrices",
                "StartingCash",
                "Multiplier",
                "ShareOfVolume",
                "RequestsPerMinute",
            }
        )
            Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        options.StartPrices.Clear();
        fault = await Assert.ThrowsAsync<ArgumentException>(() =>
            PaperBroker.StartAsync(options, TestContext.Current.CancellationToken)
        );
        Assert.Contains("StartPrices names at least one symbol", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopListening_ThenListenAgain_KeepsPortOrdersAndKeys()
    {
        var url = Broker.Url;
        await Caller.LimitAsync("SPY", "buy", 1, 100);
        await Broker.StopListeningAsync();
        await Broker.StopListeningAsync();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => Caller.GetAsync("/v2/account"));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        await Broker.ListenAgainAsync(TestContext.Current.CancellationToken);
        await Broker.ListenAgainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(url, Broker.Url);
        Assert.Single((await Caller.GetAsync("/v2/orders")).Json.EnumerateArray());
    }

    [Fact]
    public async Task Place_ShortSaleWhereNotAllowed_Is403()
    {
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
        answer.IsRefusal(403, 40310000, "account is not allowed to short");
        Assert.False((await Caller.GetAsync("/v2/account")).Json.GetProperty("shorting_enabled").GetBoolean());
    }

    [Fact]
    public async Task Logs_AtTraceLevel_HoldNoKeySecret()
    {
        var wrong = new KeyPair(Pair.KeyId, KeyPair.Fresh().Secret);
        await Caller.MarketAsync("SPY", "buy", 1);
        await CallerWith(wrong).GetAsync("/v2/account");
        await Caller.OrderAsync("{");
        using (Broker.Faults.AddForNext(Fault.HalfBody()))
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => Caller.GetAsync("/v2/account"));
        await Broker.StopListeningAsync();
        var text = logs.All;
        Assert.Contains("/v2/orders", text, StringComparison.Ordinal);
        var scan = new LeakDetector(Pair.Secret, wrong.Secret).Scan(text, "logs");
        Assert.True(scan.IsClean);
    }

    [Fact]
    public async Task Requests_OfSeveralRoutes_AreCountedByRouteAndKey()
    {
        var second = Broker.IssueKeyPair();
        await Caller.GetAsync("/v2/account");
        await Caller.GetAsync($"/v2/orders/{Guid.NewGuid()}");
        await CallerWith(second).GetAsync("/v2/account");
        await CallerWith(null).GetAsync("/v2/nothing");
        Assert.Equal(2, Broker.Requests.Of("GET /v2/account"));
        Assert.Equal(1, Broker.Requests.Of("GET /v2/account", second.KeyId));
        Assert.Equal(1, Broker.Requests.Of("GET /v2/orders/{id}", Pair.KeyId));
        Assert.Equal(2, Broker.Requests.Of(keyId: Pair.KeyId));
        Assert.Equal((3, 1), (Broker.Requests.Authenticated, Broker.Requests.Rejected));
    }
}
