using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strongroom.Vault.Tests.Support;

/// <summary>
/// A proxy that opens tunnels to one port of loopback, whatever host they are asked for, and keeps what passes through in clear.
/// </summary>
internal sealed class TunnelProxy(int target, string answer = "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n")
    : LoopbackListener
{
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>The first line of each request.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>All bytes of clients after their first request, as text.</summary>
    public StringBuilder Passed { get; } = new();

    protected override async Task ServeAsync(NetworkStream client)
    {
        var asked = new byte[4096];
        var length = await client.ReadAsync(asked);
        Asked.Enqueue(Encoding.ASCII.GetString(asked, 0, length).Split('\r')[0]);
        await client.WriteAsync(Encoding.ASCII.GetBytes(answer));
        if (!answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
            return;
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, target);
        await Task.WhenAny(
            CarryAsync(client, server.GetStream(), isClients: true),
            CarryAsync(server.GetStream(), client, isClients: false)
        );
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
