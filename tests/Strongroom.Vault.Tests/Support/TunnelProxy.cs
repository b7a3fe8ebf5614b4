using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strongroom.Vault.Tests.Support;

/// <summary>A proxy on loopback that opens tunnels to one server, whatever host they are asked for, and keeps what passes through in clear.</summary>
internal sealed class TunnelProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly string _answer;

    public TunnelProxy(int target, string answer = "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n")
    {
        (_target, _answer) = (target, answer);
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The first line of each request.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>All bytes of clients after their first request, as text.</summary>
    public StringBuilder Passed { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            var asked = new byte[4096];
            var length = await client.GetStream().ReadAsync(asked);
            Asked.Enqueue(Encoding.ASCII.GetString(asked, 0, length).Split('\r')[0]);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(_answer));
            if (!_answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
                return;
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(CarryAsync(client.GetStream(), server.GetStream(), isClients: true), CarryAsync(server.GetStream(), client.GetStream(), isClients: false));
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, bool isClients)
    {
        var buffer = new byte[16384];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            if (isClients)
                Passed.Append(Encoding.Latin1.GetString(buffer, 0, read));
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }
}
