using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Strongroom.AspNetCore.Tests.Support;

namespace Strongroom.AspNetCore.Tests.Listeners;

/// <summary>What a stranger may make a service hold.</summary>
public sealed class ListenerLimitsTests
{
    [Theory]
    [InlineData(64, 300, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    [InlineData(100, 10, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    [InlineData(8, 10, HttpStatusCode.OK)]
    public async Task Request_with_more_headers_than_a_call_needs_is_refused_on_both_listeners(
        int count,
        int length,
        HttpStatusCode expected
    )
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/open", () => "ok").AllowAnyone());
        foreach (var address in new[] { new Uri(service.Service, "/open"), new Uri(service.Management, "/health") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            for (var i = 0; i < count; i++)
                request.Headers.Add($"X-Header-{i}", new string('x', length));
            using var answer = await service.SendAsync(request);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Body_that_is_larger_than_a_route_needs_is_refused()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/open", async (HttpContext context) =>
                {
                    await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                    return "ok";
                })
                .AllowAnyone()
        );
        using var large = await service.Http.PostAsync(
            new Uri(service.Service, "/open"),
            new ByteArrayContent(new byte[ListenerLimits.BodyBytes + 1]),
            TestContext.Current.CancellationToken
        );
        using var largest = await service.Http.PostAsync(
            new Uri(service.Service, "/open"),
            new ByteArrayContent(new byte[ListenerLimits.BodyBytes]),
            TestContext.Current.CancellationToken
        );
        Assert.Equal([HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.OK], [large.StatusCode, largest.StatusCode]);
    }

    [Fact]
    public async Task Webhook_route_may_take_more_than_the_listener_does()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/webhooks/runs", (HttpContext context) => $"{context.Request.Body.Length}")
                .AllowSignedWebhook("webhook/secret", maxBodyBytes: 2 * ListenerLimits.BodyBytes)
        );
        var secret = await service.Secrets.GetAsync(SecretName.Parse("webhook/secret"), TestContext.Current.CancellationToken);
        var body = new byte[2 * ListenerLimits.BodyBytes];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Service, "/webhooks/runs"))
        {
            Content = new ByteArrayContent(body),
        };
        WebhookSignature.Sign(request.Headers, "msg_1", service.Time.GetUtcNow(), body, secret.Value);
        using var answer = await service.SendAsync(request);
        Assert.Equal($"{body.Length}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Webhook_without_a_signature_is_refused_before_its_body_is_sent()
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapPost("/webhooks/runs", () => "ok").AllowSignedWebhook("webhook/secret")
        );
        using var socket = await ConnectAsync(service.Service);
        await SendAsync(socket, "POST /webhooks/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\nhalf");
        Assert.StartsWith("HTTP/1.1 401", await ReadAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Management_takes_a_bounded_number_of_connections_and_the_service_goes_on()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/open", () => "ok").AllowAnyone());
        var held = new List<Socket>();
        try
        {
            for (var i = 0; i < ListenerLimits.ManagementConnections; i++)
            {
                held.Add(await ConnectAsync(service.Management));
                await SendAsync(held[^1], "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
                Assert.StartsWith("HTTP/1.1 200", await ReadAsync(held[^1]), StringComparison.Ordinal);
            }
            Assert.Equal("", await AskOnceAsync());
            using var open = await service.GetAsync(service.Service, "/open");
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }

        // The connection may be reset at any moment, even before the request is sent.
        async Task<string> AskOnceAsync()
        {
            try
            {
                using var more = await ConnectAsync(service.Management);
                await SendAsync(more, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
                return await ReadAsync(more);
            }
            catch (SocketException)
            {
                return "";
            }
        }
    }

    [Fact]
    public async Task Connection_that_says_nothing_is_closed_on_both_listeners_and_not_held_as_long_as_an_idle_one()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/open", () => "ok").AllowAnyone());
        foreach (var address in new[] { service.Service, service.Management })
        {
            using var silent = await ConnectAsync(address);
            using var prompt = await ConnectAsync(address);
            Assert.StartsWith("HTTP/1.1 ", await AskAsync(prompt, "/health"), StringComparison.Ordinal);
            var answer = ReadAsync(silent);
            await Waiting.UntilAsync(() => answer.IsCompleted, () => service.Time.Advance(TimeSpan.FromSeconds(1)));
            Assert.Equal("", await answer);
            Assert.StartsWith("HTTP/1.1 ", await AskAsync(prompt, "/health"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Connection_of_who_is_no_caller_is_kept_while_there_is_room_and_let_go_of_where_it_is_scarce()
    {
        await using var service = await TestService.StartAsync(app =>
        {
            app.MapGet("/open", () => "ok").AllowAnyone();
            app.MapGet("/orders", () => "ok").AllowCallers("risk_manager");
        });
        using var stranger = await ConnectAsync(service.Service);
        using var caller = await ConnectAsync(service.Service);
        Assert.DoesNotContain("Connection: close", await AskAsync(stranger, "/open"), StringComparison.Ordinal);
        var held = new List<Socket>();
        try
        {
            for (var i = 0; i < ListenerLimits.Connections / 2; i++)
            {
                held.Add(await ConnectAsync(service.Service));
                Assert.DoesNotContain(
                    "Connection: close",
                    await AskAsync(held[^1], "/orders", await SignAsync()),
                    StringComparison.Ordinal
                );
            }
            Assert.Contains("Connection: close", await AskAsync(stranger, "/open"), StringComparison.Ordinal);
            Assert.Equal("", await ReadAsync(stranger));
            for (var i = 0; i < 2; i++)
            {
                var answer = await AskAsync(caller, "/orders", await SignAsync());
                Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
                Assert.DoesNotContain("Connection: close", answer, StringComparison.Ordinal);
            }
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }

        ValueTask<string> SignAsync() =>
            new CallTokenSigner(service.Secrets, "risk_manager", service.Time).SignAsync(
                "execution_gateway",
                HttpMethod.Get,
                "/orders",
                TestContext.Current.CancellationToken
            );
    }

    [Fact]
    public async Task Limits_bound_connections_buffers_and_the_time_for_a_half_sent_request()
    {
        await using var service = TestService.Build(_ => { });
        var limits = service.App.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.Equal(ListenerLimits.Connections, limits.MaxConcurrentConnections);
        Assert.True(limits.MaxRequestBufferSize <= 64 * 1024);
        Assert.True(limits.RequestHeadersTimeout <= TimeSpan.FromSeconds(10));
        Assert.True(
            limits.MinRequestBodyDataRate is { BytesPerSecond: >= 1024 } rate && rate.GracePeriod <= TimeSpan.FromSeconds(5)
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignedCallHandler_reads_no_answer_that_is_larger_than_it_holds(bool saysSo)
    {
        await using var service = await TestService.StartAsync(app =>
            app.MapGet("/orders", async (HttpContext context) =>
                {
                    if (saysSo)
                        context.Response.ContentLength = SignedCallHandler.MaxResponseBytes + 1L;
                    var block = new byte[64 * 1024];
                    for (var sent = 0L; sent <= SignedCallHandler.MaxResponseBytes; sent += block.Length)
                        await context.Response.Body.WriteAsync(
                            block.AsMemory(0, (int)Math.Min(block.Length, SignedCallHandler.MaxResponseBytes + 1L - sent)),
                            context.RequestAborted
                        );
                })
                .AllowCallers("risk_manager")
        );
        using var http = new HttpClient(
            new SignedCallHandler(new CallTokenSigner(service.Secrets, "risk_manager", service.Time), "execution_gateway")
            {
                InnerHandler = BoundSockets.CreateForCalls(),
            }
        );
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            http.GetByteArrayAsync(new Uri(service.Service, "/orders"), TestContext.Current.CancellationToken)
        );
        await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            await using var stream = await http.GetStreamAsync(
                new Uri(service.Service, "/orders"),
                TestContext.Current.CancellationToken
            );
            await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        });
    }

    private static async Task<string> AskAsync(Socket socket, string target, string? token = null)
    {
        await SendAsync(
            socket,
            $"GET {target} HTTP/1.1\r\nHost: "
                + $"x\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}Content-Length: 0\r\n\r\n"
        );
        var answer = await ReadAsync(socket);
        while (answer.Contains("chunked", StringComparison.Ordinal) && !answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal))
            answer += await ReadAsync(socket) is { Length: > 0 } more ? more : "0\r\n\r\n";
        return answer;
    }

    private static async Task<Socket> ConnectAsync(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return socket;
    }

    private static Task SendAsync(Socket socket, string text) => socket.SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>What comes first; nothing where the connection is closed.</summary>
    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[8192];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
