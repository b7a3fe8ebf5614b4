using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Strongroom.Storage.Tests.Support;

/// <summary>
/// Listens where PostgreSQL should be, asks for the password in its own way, and keeps every byte that it is sent.
/// </summary>
internal sealed class PostgresImpostor : IAsyncDisposable
{
    internal const int AskNothing = 0;
    internal const int AskClear = 3;
    internal const int AskMd5 = 5;
    internal const int AskScram = 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly MemoryStream _heard = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _ask;
    private readonly Task _serving;

    internal PostgresImpostor(int ask)
    {
        _ask = ask;
        _listener.Start();
        _serving = ServeAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal async Task<byte[]> StopAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        return _heard.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                try
                {
                    await TalkAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // The client hung up, as it should.
                }
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        var asked = false;
        int count;
        while ((count = await stream.ReadAsync(buffer, _stop.Token)) > 0)
        {
            _heard.Write(buffer, 0, count);
            if (asked)
                continue;
            asked = true;
            await stream.WriteAsync(Question(), _stop.Token);
        }
    }

    /// <summary>R, length, kind; for MD5 a salt, for SCRAM the mechanisms; for nothing at all also "ready".</summary>
    private byte[] Question()
    {
        byte[] rest = _ask switch
        {
            AskMd5 => [1, 2, 3, 4],
            AskScram => [.. "SCRAM-SHA-256"u8, 0, 0],
            _ => [],
        };
        byte[] message = [(byte)'R', 0, 0, 0, 0, 0, 0, 0, 0, .. rest];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 1);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(5), _ask);
        return _ask == AskNothing ? [.. message, (byte)'Z', 0, 0, 0, 5, (byte)'I'] : message;
    }
}
