using System.Net;
using System.Net.Sockets;

namespace Strongroom.StartBenchmarks;

/// <summary>
/// Below the range from which the kernel serves port 0 and outgoing connections: either may take a port of that range before the
/// program that was told it listens on it.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int End = 30_000;

    internal static int[] Take(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(First, End);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                ports.Add(port);
            }
            catch (SocketException)
            {
                // In use; there are others.
            }
        }
        return [.. ports];
    }
}
