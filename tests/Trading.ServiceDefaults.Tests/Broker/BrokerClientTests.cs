using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.AspNetCore.Tests.Support;
using Strongroom.Breaker;
using Trading.ServiceDefaults.Tests.Support;

namespace Trading.ServiceDefaults.Tests.Broker;

public sealed class BrokerClientTests : IDisposable
{
    private readonly ServiceFolder _folder = new();

    [Fact]
    public async Task Request_carries_the_key_pair()
    {
        await using var broker = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        await using var app = await StartAsync(broker);

        using var answer = await app.Services.GetRequiredService<Client>().Http.GetAsync("/v2/account", TestContext.Current.CancellationToken);

        Assert.Equal(_folder.Values["ALPACA_API_KEY_ID"], broker.Requests[^1].Headers["APCA-API-KEY-ID"]);
        Assert.Equal(_folder.Values["ALPACA_API_SECRET_KEY"], broker.Requests[^1].Headers["APCA-API-SECRET-KEY"]);
    }

    [Theory]
    [InlineData("POST", "/v2/orders", null, false)]
    [InlineData("POST", "/v2/orders", true, false)]
    [InlineData("POST", "/v2/orders", false, true)]
    [InlineData("PATCH", "/v2/orders/one", null, false)]
    [InlineData("DELETE", "/v2/orders/one", null, true)]
    [InlineData("GET", "/v2/orders", null, true)]
    [InlineData("DELETE", "/v2/positions/SPY", null, true)]
    public async Task Request_while_trading_is_halted_leaves_only_where_it_opens_no_risk(string method, string path, bool? opens, bool leaves)
    {
        await using var broker = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        await using var app = await StartAsync(broker);
        await app.Services.GetRequiredService<ITradingBreaker>().TripAsync(TripCause.Manual, "alpaca", "", "Stopped by the test.", TestContext.Current.CancellationToken);
        var probesAtStart = broker.Requests.Count;
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (opens is { } known)
            request.Options.Set(TradingRisk.Opens, known);

        var sent = app.Services.GetRequiredService<Client>().Http.SendAsync(request, TestContext.Current.CancellationToken);

        if (leaves)
            Assert.Equal(HttpStatusCode.OK, (await sent).StatusCode);
        else
            Assert.Equal(SecretErrorCode.TradingHalted, (await Assert.ThrowsAsync<SecretRefusedException>(() => sent)).Code);
        Assert.Equal(leaves ? 1 : 0, broker.Requests.Count - probesAtStart);
    }

    [Theory]
    [InlineData(200, "{}", ProbeResult.Accepted)]
    [InlineData(401, """{"message":"request is not authorized"}""", ProbeResult.Rejected)]
    [InlineData(401, "<html>", ProbeResult.Unknown)]
    [InlineData(403, """{"message":"forbidden"}""", ProbeResult.Unknown)]
    [InlineData(500, "{}", ProbeResult.Unknown)]
    public async Task Probe_reads_the_account_and_tells_what_the_broker_makes_of_the_pair(int status, string body, ProbeResult expected)
    {
        await using var broker = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, status, body));
        await using var app = await StartAsync(broker);
        var secrets = await app.Services.GetRequiredService<ISecretManager>().GetAsync(BrokerCredential.Names, TestContext.Current.CancellationToken);

        var result = await app.Services.GetRequiredService<IBundleProbe>().TryAsync(secrets, TestContext.Current.CancellationToken);

        Assert.Equal(expected, result);
        Assert.Equal(("GET", "/v2/account"), (broker.Requests[0].Method, broker.Requests[0].Path));
    }

    private async Task<WebApplication> StartAsync(RecordingServer broker)
    {
        var builder = TradingService.CreateBuilder("execution_gateway", _folder.Arguments($"--ALPACA_BASE_URL={broker.Address}"));
        builder.AddBrokerClient<Client>("ALPACA_BASE_URL");
        var app = builder.Build();
        await TradingService.StartAsync(app, TestContext.Current.CancellationToken);
        return app;
    }

    public void Dispose() => _folder.Dispose();

    internal sealed class Client(HttpClient http)
    {
        internal HttpClient Http => http;
    }
}
