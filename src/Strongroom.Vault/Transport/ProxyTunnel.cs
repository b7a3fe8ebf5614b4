using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Strongroom.Backends.Wire;

namespace Strongroom.Vault.Transport;

/// <summary>
/// A tunnel through a proxy. What the proxy sees is a host's name and then TLS, so it can neither read a token nor answer in
/// Vault's place; that is why only https goes through one. The handler's own tunnels would ask for the certificate of the wrong
/// name.
/// </summary>
internal static class ProxyTunnel
{
    private const int LongestAnswer = 8192;

    /// <summary>The proxy on the way to an address, or null.</summary>
    internal static Uri? To(Uri address, VaultOptions options) =>
        options.Proxy is null
        || address.Scheme != Uri.UriSchemeHttps
        || PeerAddress.IsLoopback(address)
        || IsExcepted(address, options.NoProxy)
            ? null
            : options.Proxy;

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
                : throw new IOException("The proxy opens no tunnel.");
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            if (e is SocketException or IOException)
                throw new HttpRequestException(HttpRequestError.ProxyTunnelError, "The proxy opens no tunnel.");
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

    private static bool IsExcepted(Uri address, string? exceptions) =>
        exceptions is not null
        && exceptions
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Any(one => Names(one, address));

    private static bool Names(string exception, Uri address)
    {
        if (exception == "*")
            return true;
        if (IPAddress.TryParse(address.IdnHost, out var ip))
            return IPNetwork.TryParse(exception, out var network)
                ? network.Contains(ip)
                : IPAddress.TryParse(exception, out var one) && one.Equals(ip);
        var (host, port) = exception.LastIndexOf(':') is >= 0 and var colon
            ? (exception[..colon], exception[(colon + 1)..])
            : (exception, "");
        host = "." + host.TrimStart('*').Trim('.');
        return ("." + address.IdnHost.TrimEnd('.')).EndsWith(host, StringComparison.OrdinalIgnoreCase)
            && (port.Length == 0 || port == address.Port.ToString(CultureInfo.InvariantCulture));
    }
}
