using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strongroom.Storage.Tests.Support;

/// <summary>
/// Stands between a client and PostgreSQL, and records each round trip after the login: the statements that the client sent
/// before it waited.
/// </summary>
internal sealed class PostgresRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _relayed = [];
    private readonly IPEndPoint _behind;
    private readonly Task _serving;

    internal PostgresRelay(string host, int port)
    {
        _behind = new IPEndPoint(IPAddress.Parse(host), port);
        _listener.Start();
        _serving = ServeAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The statements of each round trip, joined with <c>; </c>.</summary>
    internal ConcurrentQueue<string> RoundTrips { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_relayed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
            _relayed.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
    }

    private async Task RelayAsync(TcpClient accepted)
    {
        using var client = accepted;
        using var server = new TcpClient();
        await server.ConnectAsync(_behind, _stop.Token);
        var (near, far) = (client.GetStream(), server.GetStream());
        await Task.WhenAny(ForwardAsync(near, far), far.CopyToAsync(near, _stop.Token));
    }

    private async Task ForwardAsync(NetworkStream near, NetworkStream far)
    {
        var statements = new List<string>();
        // The first message has no type.
        for (var header = 4; ; header = 5)
        {
            var message = new byte[header];
            await near.ReadExactlyAsync(message, _stop.Token);
            var length = BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(header - 4));
            Array.Resize(ref message, header - 4 + length);
            await near.ReadExactlyAsync(message.AsMemory(header), _stop.Token);
            if (header == 5)
                Record(statements, message);
            await far.WriteAsync(message, _stop.Token);
        }
    }

    /// <summary>
    /// Parse and Query carry a statement; Query and Sync end a round trip, except for what the driver sends together with the
    /// next statement.
    /// </summary>
    private void Record(List<string> statements, byte[] message)
    {
        var type = (char)message[0];
        var texts = Encoding.UTF8.GetString(message.AsSpan(5)).Split('\0');
        if (type is 'P' or 'Q')
            statements.Add(texts[type == 'P' ? 1 : 0]);
        if (type is not ('S' or 'Q') || statements is [.., "DISCARD ALL" or "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED"])
            return;
        RoundTrips.Enqueue(string.Join("; ", statements));
        statements.Clear();
    }
}
