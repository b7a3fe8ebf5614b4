using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Strongroom.Testing.Tests.Faults;

/// <summary>A server that has nothing to do with the broker, as the plan must not either.</summary>
public sealed class FaultPlanTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private FaultPlan plan = null!;
    private LoopbackServer server = null!;
    private int worked;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        plan = new FaultPlan(time);
        server = new LoopbackServer(
            app =>
            {
                app.UseFaults(plan);
                app.Run(async context =>
                {
                    Interlocked.Increment(ref worked);
                    if (HttpMethods.IsDelete(context.Request.Method))
                        context.Response.StatusCode = 204;
                    else
                        await context.Response.WriteAsJsonAsync(
                            new Dictionary<string, string> { ["path"] = context.Request.Path },
                            context.RequestAborted
                        );
                });
            },
            plan,
            loggerProvider: null
        );
        await server.StartAsync(0, Ct);
        http.BaseAddress = new Uri($"http://127.0.0.1:{server.Port}");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Status_ForTheNextTwo_ThenTheServerAnswersAgain()
    {
        var fault = plan.AddForNext(Fault.Status(429, """{"message":"slow down"}""", ("Retry-After", "7")), times: 2);
        for (var i = 0; i < 2; i++)
        {
            using var refused = await http.GetAsync("/a", Ct);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(7), refused.Headers.RetryAfter?.Delta);
            Assert.Equal(
                "slow down",
                JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Ct)).RootElement.Text("message")
            );
        }
        Assert.Contains("/a", await http.GetStringAsync("/a", Ct), StringComparison.Ordinal);
        Assert.Equal((2, 1), (fault.Hits, worked));
    }

    [Fact]
    public async Task Status_WithoutRetryAfter_HasNone()
    {
        using var fault = plan.Add(Fault.Status(503));
        using var refused = await http.GetAsync("/", Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Null(refused.Headers.RetryAfter);
        Assert.Empty(await refused.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Trigger_ByPathMethodAndPredicate_StrikesOnlyThose()
    {
        using var fault = plan.Add(
            Fault.Status(500),
            new FaultTrigger
            {
                PathPrefix = "/v2/orders",
                Method = "get",
                Matches = r => r.Query.ContainsKey("x"),
            }
        );
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(HttpMethod.Get, "/v2/orders/7?x=1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/v2/orders/7"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/v2/ordersfolder?x=1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Post, "/v2/orders?x=1"));
        Assert.Equal(1, fault.Hits);
    }

    [Fact]
    public void Add_WithAPathThatIsNone_Refuses() =>
        Assert.Throws<ArgumentException>(() => plan.Add(Fault.Hang(), new FaultTrigger { PathPrefix = "v2" }));

    [Fact]
    public async Task Add_Twice_StrikesInThatSequence()
    {
        plan.AddForNext(Fault.Status(500));
        plan.AddForNext(Fault.Status(502));
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(HttpMethod.Get, "/"));
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(HttpMethod.Get, "/"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/"));
    }

    [Fact]
    public async Task Down_Always_ResetsConnectionsUntilCleared()
    {
        await http.GetStringAsync("/", Ct);
        using (plan.Add(Fault.Down()))
        {
            // The connection that is open dies with the request; a new one dies before it.
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync("/", Ct));
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync("/", Ct));
        }
        Assert.Contains("path", await http.GetStringAsync("/", Ct), StringComparison.Ordinal);
        Assert.Equal(2, worked);
    }

    [Fact]
    public async Task Down_ForOnePath_LeavesTheOthers()
    {
        using var fault = plan.Add(Fault.Down(), new FaultTrigger { PathPrefix = "/down" });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync("/down", Ct));
        Assert.Contains("/up", await http.GetStringAsync("/up", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slow_ByThePlansTime_AnswersWhenItHasPassed()
    {
        var fault = plan.AddForNext(Fault.Slow(TimeSpan.FromSeconds(20)));
        var answer = http.GetStringAsync("/slow", Ct);
        await UntilStruckAsync(fault);
        Assert.False(answer.IsCompleted);
        await Waiting.UntilAsync(() => answer.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(20)));
        Assert.Contains("/slow", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slow_WhenTheClientGoes_DoesNoWork()
    {
        var fault = plan.AddForNext(Fault.Slow(TimeSpan.FromSeconds(20)));
        await GiveUpAsync(fault);
        Assert.Equal(0, worked);
    }

    [Fact]
    public async Task Hang_UntilCleared_ThenAnswers()
    {
        var fault = plan.Add(Fault.Hang());
        var answer = http.GetStringAsync("/hung", Ct);
        await UntilStruckAsync(fault);
        Assert.False(answer.IsCompleted);
        plan.Clear();
        Assert.Contains("/hung", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hang_WhenTheClientGoes_DoesNoWork()
    {
        await GiveUpAsync(plan.Add(Fault.Hang()));
        Assert.Equal(0, worked);
    }

    [Fact]
    public async Task Hang_WhenTheServerStops_EndsWithIt()
    {
        var fault = plan.Add(Fault.Hang());
        var answer = http.GetStringAsync("/", Ct);
        await UntilStruckAsync(fault);
        await server.StopAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task HalfBody_AfterTheWork_BreaksOffInTheBody(string method)
    {
        using var fault = plan.Add(Fault.HalfBody());
        using var request = new HttpRequestMessage(new HttpMethod(method), "/half");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 1);
        await using var body = await response.Content.ReadAsStreamAsync(Ct);
        Assert.Equal('{', body.ReadByte());
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, Ct));
        Assert.Equal(1, worked);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task MalformedJson_AfterTheWork_IsWholeAsHttpOnly(string method)
    {
        using var fault = plan.Add(Fault.MalformedJson());
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using var response = await http.SendAsync(request, Ct);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(text));
        Assert.Equal(1, worked);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Reset_BeforeOrAfterTheWork_IsATcpReset(bool afterWork, int times)
    {
        using var fault = plan.Add(afterWork ? Fault.ResetAfterWork() : Fault.Reset());
        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync("/", Ct));
        var reset = Assert.IsType<SocketException>(failure.GetBaseException());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        Assert.Equal(times, worked);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(407)]
    public async Task HtmlPage_OfAProxy_IsNoJson(int status)
    {
        using var fault = plan.Add(Fault.HtmlPage(status));
        using var response = await http.GetAsync("/", Ct);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains($"<h1>{status} ", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(status == 407, response.Headers.ProxyAuthenticate.Count > 0);
    }

    private async Task GiveUpAsync(ActiveFault fault)
    {
        using var client = new CancellationTokenSource();
        var answer = http.GetStringAsync("/", client.Token);
        await UntilStruckAsync(fault);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        // The server notices in its own time; stopping it ends whatever would be left.
        await server.StopAsync();
    }

    private static Task UntilStruckAsync(ActiveFault fault) => Waiting.UntilAsync(() => fault.Hits > 0);

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await http.SendAsync(request, Ct);
        return response.StatusCode;
    }
}
