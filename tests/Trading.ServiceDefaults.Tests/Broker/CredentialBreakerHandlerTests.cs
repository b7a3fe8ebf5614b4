using System.Net;
using System.Net.Sockets;
using Strongroom;
using Strongroom.AspNetCore.Tests.Support;
using Strongroom.Breaker;

namespace Trading.ServiceDefaults.Tests.Broker;

/// <summary>The last gate is the last: what trips while an order waits for its connection stops it.</summary>
public class CredentialBreakerHandlerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", true)]
    [InlineData("PATCH", true)]
    [InlineData("POST", false)]
    public async Task Order_that_trips_while_it_connects_does_not_leave(string method, bool hasBody)
    {
        await using var broker = await RecordingServer.StartAsync(TakeAsync);
        var breaker = new Latch();
        using var http = Client(broker, breaker, async (context, ct) =>
        {
            // Slow name, slow handshake: whatever takes its time before there is a connection.
            breaker.IsOpen = true;
            return await ConnectAsync(context, ct);
        });
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v2/orders/one")
        {
            Content = hasBody ? new StringContent("{}") : null,
        };

        var error = await Assert.ThrowsAsync<SecretRefusedException>(() => http.SendAsync(request, Ct));

        Assert.Equal(SecretErrorCode.BreakerRefused, error.Code);
        Assert.Empty(_taken);
    }

    [Fact]
    public async Task Order_that_trips_while_it_waits_for_a_free_connection_does_not_leave()
    {
        var (arrived, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var broker = await RecordingServer.StartAsync(async context =>
        {
            if (context.Request.Method == "GET")
            {
                arrived.SetResult();
                await goOn.Task;
            }
            await TakeAsync(context);
        });
        var breaker = new Latch();
        using var http = Client(broker, breaker, ConnectAsync, connections: 1);
        var first = http.GetAsync("/v2/account", Ct);
        await arrived.Task.WaitAsync(Ct);
        var order = http.PostAsync("/v2/orders", new StringContent("{}"), Ct);
        breaker.IsOpen = true;
        goOn.SetResult();

        (await first).Dispose();
        await Assert.ThrowsAsync<SecretRefusedException>(() => order);
        Assert.Equal(["GET"], _taken);
    }

    [Fact]
    public async Task Order_whose_body_is_larger_than_any_buffer_is_stopped_before_its_last_byte()
    {
        await using var broker = await RecordingServer.StartAsync(TakeAsync);
        var breaker = new Latch();
        using var http = Client(broker, breaker, ConnectAsync);
        (await http.GetAsync("/v2/account", Ct)).Dispose();
        breaker.Asked = () => breaker.IsOpen = breaker.Questions == 2;

        await Assert.ThrowsAsync<SecretRefusedException>(() =>
            http.PostAsync("/v2/orders", new ByteArrayContent(new byte[1_000_000]), Ct)
        );
        Assert.Equal(["GET"], _taken);
    }

    [Fact]
    public async Task Order_that_may_leave_arrives_whole_with_its_headers_and_can_be_read_after()
    {
        string? body = null,
            type = null;
        await using var broker = await RecordingServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            (body, type) = (await reader.ReadToEndAsync(), context.Request.ContentType);
        });
        using var http = Client(broker, new Latch(), ConnectAsync);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/orders")
        {
            Content = new StringContent("""{"qty":"1"}""", null, "application/json"),
        };

        using var answer = await http.SendAsync(request, Ct);

        Assert.Equal(("""{"qty":"1"}""", "application/json; charset=utf-8"), (body, type));
        Assert.Equal("""{"qty":"1"}""", await answer.RequestMessage!.Content!.ReadAsStringAsync(Ct));
    }

    private readonly List<string> _taken = [];

    /// <summary>As a broker does: it acts when it has the whole request.</summary>
    private async Task TakeAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        _taken.Add(context.Request.Method);
    }

    private static HttpClient Client(
        RecordingServer broker,
        Latch breaker,
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect,
        int connections = 10
    ) =>
        new(
            new CredentialBreakerHandler(breaker)
            {
                InnerHandler = new SocketsHttpHandler { ConnectCallback = connect, MaxConnectionsPerServer = connections },
            }
        )
        {
            BaseAddress = broker.Address,
        };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), ct);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private sealed class Latch : ICredentialBreaker
    {
        public bool IsOpen { get; set; }

        public int Questions { get; private set; }

        public Action? Asked { get; set; }

        public CredentialPermission Permission => IsOpen ? CredentialPermission.Halted : CredentialPermission.All;

        public IReadOnlyList<TripRecord> Uncleared => [];

        public void RequireAll()
        {
            Questions++;
            Asked?.Invoke();
            if (IsOpen)
                throw new SecretRefusedException(SecretErrorCode.BreakerRefused, "The test has stopped trading.");
        }

        public ValueTask<TripRecord> TripAsync(
            TripCause cause,
            string bundle,
            string version,
            string detail,
            CancellationToken ct
        ) => throw new NotSupportedException();

        public ValueTask<bool> ClearAsync(Guid id, string @operator, string reason, CancellationToken ct) =>
            throw new NotSupportedException();

        public ValueTask RefreshAsync(CancellationToken ct) => ValueTask.CompletedTask;
    }
}
