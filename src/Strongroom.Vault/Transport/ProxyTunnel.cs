using System.Net.Sockets;
using System.Text;

namespace Strongroom.Vault.Transport;

/// <summary>
/// A tunnel through a proxy. What the proxy sees is a host's name and then TLS, so it can neither read a token nor answer in
/// Vault's place; that is why only https goes through one. The handler's own tunnels would ask for the certificate of the wrong
/// name.
/// </summary>
internal static class ProxyTunnel
{
    private const int LongestAnswer = 8192;

    /// <exception cref="HttpRequestException">The proxy is not there, or opens no tunnel.</exception>
    internal static async ValueTask<Stream> OpenAsync(Uri proxy, Uri address, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var stream = Stream.Null;
        try
        {
            await socket.ConnectAsync(proxy.IdnHost, proxy.Port, ct).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            var target = $"{(address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost)}:{address.Port}";
            await stream
                .WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"), ct)
                .ConfigureAwait(false);
            return await IsOpenAsync(stream, ct).ConfigureAwait(false)
                ? stream
                : throw new IOException("The proxy refused the tunnel.");
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            if (e is SocketException or IOException)
                throw new HttpRequestException(HttpRequestError.ProxyTunnelError, "The proxy refused the tunnel.");
            throw;
        }
    }

    /// <summary>Vault speaks second, so nothing comes after the proxy's answer until we do.</summary>
    private static async ValueTask<bool> IsOpenAsync(Stream stream, CancellationToken ct)
    {
        var answer = new byte[LongestAnswer];
        var length = 0;
        while (!answer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            if (
                length == answer.Length
                || await stream.ReadAsync(answer.AsMemory(length), ct).ConfigureAwait(false) is not (> 0 and var read)
            )
                return false;
            length += read;
        }
        return answer.AsSpan().StartsWith("HTTP/1."u8) && answer.AsSpan(8).StartsWith(" 2"u8);
    }
}
