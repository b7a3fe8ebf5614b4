using System.Net;
using System.Net.Sockets;

namespace Trading.ServiceDefaults.Tests.Support;

/// <summary>A Redis that answers whatever it is told with a beginning, and then with the same bytes for ever.</summary>
internal sealed class FloodingRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _beginning;
    private readonly byte[] _more;
    private readonly TaskCompletionSource _cutOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    internal FloodingRedis(byte[] beginning, byte[] more)
    {
        (_beginning, _more) = (beginning, more);
        _listener.Start();
        _serving = ServeAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Done when a visitor has had enough.</summary>
    internal Task CutOff => _cutOff.Task;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = FloodAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was ended.
        }
    }

    private async Task FloodAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[1]);
            await stream.WriteAsync(_beginning);
            while (true)
                await stream.WriteAsync(_more);
        }
        catch (IOException)
        {
            _cutOff.TrySetResult();
        }
    }
}
