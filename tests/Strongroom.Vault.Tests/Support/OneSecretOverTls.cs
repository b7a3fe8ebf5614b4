using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Strongroom.Vault.Tests.Support;

/// <summary>A server of any name that answers every request with one secret; the in-process Vault takes requests for loopback's names only.</summary>
internal sealed class OneSecretOverTls : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly byte[] _answer;

    public OneSecretOverTls(X509Certificate2 certificate, string value)
    {
        var body = JsonSerializer.Serialize(new { request_id = Guid.NewGuid(), data = new { data = new { value }, metadata = new { version = 1 } } });
        _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requests, in clear.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

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
        await using (var tls = new SslStream(client.GetStream()))
        {
            await tls.AuthenticateAsServerAsync(_certificate);
            var buffer = new byte[4096];
            while (await tls.ReadAsync(buffer) is > 0 and var read)
            {
                Asked.Enqueue(Encoding.ASCII.GetString(buffer, 0, read));
                await tls.WriteAsync(_answer);
            }
        }
    }
}
