using System.Net;
using System.Net.Sockets;

namespace Strongroom.Vault.Tests.Support;

/// <summary>Takes connections on a port of loopback and serves each by itself, until it is disposed.</summary>
internal abstract class LoopbackListener : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    protected LoopbackListener()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    /// <summary>The connection is closed at its end, and where it throws.</summary>
    protected abstract Task ServeAsync(NetworkStream client);

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
            await ServeAsync(client.GetStream());
    }
}
