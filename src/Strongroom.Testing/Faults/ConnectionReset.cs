using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Strongroom.Testing;

/// <summary>Ends a connection with a TCP reset instead of an orderly close.</summary>
internal static class ConnectionReset
{
    public static void Prepare(IFeatureCollection features)
    {
        if (features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }
}
