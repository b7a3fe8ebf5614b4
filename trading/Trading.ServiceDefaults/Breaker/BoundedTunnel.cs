using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Trading.ServiceDefaults;

/// <summary>
/// Limits what one connection to Redis may send in its lifetime, below TLS too: a handshake and some trip notifications take
/// kilobytes, and a connection that has reached its limit is replaced.
/// </summary>
internal sealed class BoundedTunnel(long most) : Tunnel
{
    public override ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint,
        ConnectionType connectionType,
        Socket? socket,
        CancellationToken cancellationToken
    ) => new(socket is null ? null : new BoundedStream(new NetworkStream(socket, ownsSocket: true), most));
}
