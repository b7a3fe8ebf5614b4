using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Strongroom.AspNetCore;

/// <summary>
/// Limits of what an unauthenticated client can make a service hold: connections, headers, bodies and the time for them. None of
/// them counts requests, so none refuses a cancel on an open connection.
/// </summary>
internal static class ListenerLimits
{
    /// <summary>For each address of the service. A half-sent request takes some 30 KiB for 10 seconds.</summary>
    internal const int Connections = 512;

    internal const int ManagementConnections = 64;

    internal const int BodyBytes = 256 * 1024;

    /// <summary>For what an operator states about one trip.</summary>
    internal const int ManagementBodyBytes = 8 * 1024;

    internal static void Apply(KestrelServerOptions kestrel)
    {
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = Connections;
        limits.MaxConcurrentUpgradedConnections = Connections;
        // A call token has at most 4,096 characters, its target 2,048.
        limits.MaxRequestLineSize = 4 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBodySize = BodyBytes;
        limits.MaxRequestBufferSize = 64 * 1024;
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = 32;
        limits.Http2.InitialConnectionWindowSize = 128 * 1024;
        limits.Http2.InitialStreamWindowSize = 64 * 1024;
    }

    /// <summary>Closes new connections while <paramref name="most"/> connections of one listener are open.</summary>
    internal static Func<ConnectionDelegate, ConnectionDelegate> AtMost(int most)
    {
        var open = 0;
        return next =>
            async connection =>
            {
                try
                {
                    if (Interlocked.Increment(ref open) <= most)
                        await next(connection);
                    else
                        connection.Abort(new ConnectionAbortedException("The listener's limit of connections is reached."));
                }
                finally
                {
                    Interlocked.Decrement(ref open);
                }
            };
    }
}
