using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Strongroom.Vault.Tests.Support;

/// <summary>
/// A server of any name that answers every request with one secret; the in-process Vault takes requests for loopback's names
/// only.
/// </summary>
internal sealed class TlsSecretServer(X509Certificate2 certificate, string value) : LoopbackListener
{
    /// <summary>The requests, in clear.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    protected override async Task ServeAsync(NetworkStream client)
    {
        var body = JsonSerializer.Serialize(
            new { request_id = Guid.NewGuid(), data = new { data = new { value }, metadata = new { version = 1 } } }
        );
        var answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
        );
        await using var tls = new SslStream(client);
        await tls.AuthenticateAsServerAsync(certificate);
        var buffer = new byte[4096];
        while (await tls.ReadAsync(buffer) is > 0 and var read)
        {
            Asked.Enqueue(Encoding.ASCII.GetString(buffer, 0, read));
            await tls.WriteAsync(answer);
        }
    }
}
