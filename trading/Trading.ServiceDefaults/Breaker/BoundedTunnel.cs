using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Trading.ServiceDefaults;

/// <summary>
/// Bounds what one connection to Redis may send in its life, below TLS too: a handshake and the news of some trips are kilobytes,
/// and a connection that has used up its share is made anew.
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
