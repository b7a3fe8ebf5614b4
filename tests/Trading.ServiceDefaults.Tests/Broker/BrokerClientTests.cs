using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.AspNetCore;
using Strongroom.AspNetCore.Tests.Support;
using Strongroom.Breaker;
using Trading.ServiceDefaults.Tests.Support;

namespace Trading.ServiceDefaults.Tests.Broker;

[Collection(ProcessCollection.Name)]
public sealed class BrokerClientTests : IDisposable
{
    private readonly ServiceFolder _folder = new();

    [Fact]
    public async Task Request_carries_the_key_pair()
    {
        await using var broker = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        await using var app = await StartAsync(broker);

        using var answer = await app
            .Services.GetRequiredService<Client>()
            .Http.GetAsync("/v2/account", TestContext.Current.CancellationToken);

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
    public async Task Request_while_trading_is_halted_leaves_only_where_it_opens_no_risk(
        string method,
        string path,
        bool? opens,
        bool leaves
    )
    {
        await using var broker = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, 200));
        await using var app = await StartAsync(broker);
        await app
            .Services.GetRequiredService<ICredentialBreaker>()
            .TripAsync(TripCause.Manual, "alpaca", "", "Stopped by the test.", TestContext.Current.CancellationToken);
        var probesAtStart = broker.Requests.Count;
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (opens is { } known)
            request.Options.Set(TradingRisk.Opens, known);

        var sent = app.Services.GetRequiredService<Client>().Http.SendAsync(request, TestContext.Current.CancellationToken);

        if (leaves)
            Assert.Equal(HttpStatusCode.OK, (await sent).StatusCode);
        else
            Assert.Equal(SecretErrorCode.BreakerRefused, (await Assert.ThrowsAsync<SecretRefusedException>(() => sent)).Code);
        Assert.Equal(leaves ? 1 : 0, broker.Requests.Count - probesAtStart);
    }

    [Theory]
    [InlineData(200, "{}", ProbeResult.Accepted)]
    [InlineData(200, "<html>We will be back soon</html>", ProbeResult.Unknown)]
    [InlineData(200, "", ProbeResult.Unknown)]
    [InlineData(202, "{}", ProbeResult.Unknown)]
    [InlineData(401, """{"message":"request is not authorized"}""", ProbeResult.Rejected)]
    [InlineData(401, "<html>", ProbeResult.Unknown)]
    [InlineData(403, """{"message":"forbidden."}""", ProbeResult.Rejected)]
    [InlineData(403, """{"code":40310000,"message":"account is not allowed to do this"}""", ProbeResult.Unknown)]
    [InlineData(403, "<html>", ProbeResult.Unknown)]
    [InlineData(500, "{}", ProbeResult.Unknown)]
    public async Task Probe_reads_the_account_and_tells_what_the_broker_makes_of_the_pair(
        int status,
        string body,
        ProbeResult expected
    )
    {
        await using var broker = await RecordingServer.StartAsync(context => RecordingServer.Answer(context, status, body));
        await using var app = await StartAsync(broker);
        var secrets = await app
            .Services.GetRequiredService<ISecretManager>()
            .GetAsync(BrokerCredential.Names, TestContext.Current.CancellationToken);

        var result = await app
            .Services.GetRequiredService<IBundleProbe>()
            .TryAsync(secrets, TestContext.Current.CancellationToken);

        Assert.Equal(expected, result);
        Assert.Equal(("GET", "/v2/account"), (broker.Requests[0].Method, broker.Requests[0].Path));
    }

    [Theory]
    [InlineData("ALPACA_BASE_URL", """{"message":"forbidden."}""", "application/json", true)]
    [InlineData("ALPACA_BASE_URL", """{"code":40310000,"message":"insufficient buying power"}""", "application/json", false)]
    [InlineData("ALPACA_BASE_URL", "<html>proxy</html>", "text/html", false)]
    [InlineData("ALPACA_BASE_URL", """{"message":"proxy"}""", "text/plain", false)]
    [InlineData("ALPACA_DATA_URL", """{"message":"forbidden."}""", "application/json", false)]
    public async Task Refusal_by_403_makes_the_pair_suspect_where_the_trading_API_says_it_without_a_code(
        string setting,
        string body,
        string type,
        bool suspects
    )
    {
        await using var broker = await RecordingServer.StartAsync(context =>
            context.Request.Path == "/v2/account"
                ? RecordingServer.Answer(context, 500)
                : RecordingServer.Answer(context, 403, body, type)
        );
        await using var app = await StartAsync(broker, setting);

        // Twice: what is only a suspicion never confirms itself.
        for (var i = 0; i < 2; i++)
        {
            using var answer = await app
                .Services.GetRequiredService<Client>()
                .Http.GetAsync("/v2/positions", TestContext.Current.CancellationToken);
            Assert.Equal(body, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(suspects ? BundleCondition.Suspect : BundleCondition.Healthy, StateOf(app).Condition);
        Assert.NotEqual(CredentialPermission.Halted, app.Services.GetRequiredService<ICredentialBreaker>().Permission);
    }

    [Theory]
    [InlineData(200, "{}", BundleCondition.Healthy, 0)]
    [InlineData(401, """{"message":"request is not authorized"}""", BundleCondition.Suspect, 1)]
    [InlineData(403, """{"message":"forbidden."}""", BundleCondition.Suspect, 1)]
    [InlineData(503, "", BundleCondition.Suspect, 0)]
    public async Task Suspicion_by_403_is_settled_by_the_account(int status, string account, BundleCondition condition, int trips)
    {
        await using var broker = await RecordingServer.StartAsync(context =>
            context.Request.Path == "/v2/account"
                ? RecordingServer.Answer(context, status, account)
                : RecordingServer.Answer(context, 403, """{"message":"forbidden."}""")
        );
        await using var app = await StartAsync(broker);

        using var answer = await app
            .Services.GetRequiredService<Client>()
            .Http.GetAsync("/v2/positions", TestContext.Current.CancellationToken);

        Assert.Equal(condition, StateOf(app).Condition);
        Assert.Equal(trips, app.Services.GetRequiredService<ICredentialBreaker>().Uncleared.Count);
    }

    [Theory]
    [InlineData("GET", null, false)]
    [InlineData("GET", false, true)]
    [InlineData("POST", true, false)]
    [InlineData("POST", false, true)]
    [InlineData("DELETE", null, true)]
    public async Task Request_while_the_broker_asks_to_be_left_alone_leaves_only_where_it_makes_the_position_safer(
        string method,
        bool? opens,
        bool leaves
    )
    {
        var status = 429;
        await using var broker = await RecordingServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "60";
            return RecordingServer.Answer(context, status);
        });
        await using var app = await StartAsync(broker);
        var http = app.Services.GetRequiredService<Client>().Http;
        using (var refused = await http.GetAsync("/v2/positions", TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        status = 200;
        var before = broker.Requests.Count;
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v2/orders");
        if (opens is { } known)
            request.Options.Set(TradingRisk.Opens, known);

        var sent = http.SendAsync(request, TestContext.Current.CancellationToken);

        if (leaves)
            Assert.Equal(HttpStatusCode.OK, (await sent).StatusCode);
        else
            Assert.Equal(HttpStatusCode.TooManyRequests, (await Assert.ThrowsAsync<HttpRequestException>(() => sent)).StatusCode);
        Assert.Equal(leaves ? 1 : 0, broker.Requests.Count - before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_without_end_is_cut_off(bool asJson)
    {
        await using var broker = await RecordingServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            var spaces = new byte[64 * 1024];
            Array.Fill(spaces, (byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
        });
        await using var app = await StartAsync(broker);
        var http = app.Services.GetRequiredService<Client>().Http;
        var before = GC.GetTotalAllocatedBytes();

        await Assert.ThrowsAsync<HttpRequestException>(async () =>
            _ = asJson
                ? await http.GetFromJsonAsync<string>("/v2/positions", TestContext.Current.CancellationToken)
                : await http.GetStringAsync("/v2/positions", TestContext.Current.CancellationToken)
        );

        Assert.True(GC.GetTotalAllocatedBytes() - before < 20L * SignedCallHandler.MaxResponseBytes);
    }

    private static BundleState StateOf(WebApplication app) =>
        app.Services.GetRequiredService<ISecretManager>().State.Bundles.Single(bundle => bundle.Bundle == "alpaca");

    private async Task<WebApplication> StartAsync(RecordingServer broker, string setting = "ALPACA_BASE_URL")
    {
        var builder = TradingService.CreateBuilder("execution_gateway", _folder.Arguments($"--{setting}={broker.Address}"));
        builder.AddBrokerClient<Client>(setting);
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
