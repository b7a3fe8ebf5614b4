using System.Net;
using System.Net.Sockets;

namespace Strongroom.AspNetCore;

/// <summary>
/// Creates the innermost handler of clients that send credentials: without redirects (the next host would get them too), without
/// a proxy from the environment, without cookies, and with a check of the address that a name resolves to.
/// </summary>
public static class BoundSockets
{
    /// <summary>Creates a handler. Connections live for five minutes, so that a changed DNS entry is followed.</summary>
    public static SocketsHttpHandler Create() => Create(Dns.GetHostAddressesAsync);

    /// <summary>
    /// Creates a handler for calls between services, whose tokens are short-lived and bound to the call: plain http may leave the
    /// machine, where the environment allows that.
    /// </summary>
    public static SocketsHttpHandler CreateForCalls()
    {
        var handler = Create();
        handler.ConnectCallback = null;
        return handler;
    }

    internal static SocketsHttpHandler Create(Func<string, CancellationToken, Task<IPAddress[]>> resolve) =>
        new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            PreAuthenticate = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = (context, ct) => ConnectAsync(context, resolve, ct),
        };

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        CancellationToken ct
    )
    {
        var uri = context.InitialRequestMessage.RequestUri!;
        var target = context.DnsEndPoint;
        var found = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal) ? [literal] : await resolve(target.Host, ct);
        var mustBeLoopback = uri.Scheme == Uri.UriSchemeHttp || CredentialBinding.IsLoopback(uri);
        var allowed = found
            .Where(ip => !CredentialBinding.IsForbidden(ip) && (!mustBeLoopback || CredentialBinding.IsLoopback(ip)))
            .ToArray();
        if (allowed.Length == 0)
        {
            throw new SecretRefusedException(
                SecretErrorCode.HostNotBound,
                $"{target.Host} resolves to no address that a credential may be sent to "
                    + $"({(mustBeLoopback ? "it must be loopback" : "link-local addresses are refused")}). Check its DNS entry."
            );
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
