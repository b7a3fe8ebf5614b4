using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Strongroom.Peers;

/// <summary>
/// Ports for servers that are told theirs before they start, and ports on which nothing listens. They lie below the range from
/// which the kernel serves port 0 and outgoing connections, and are reserved until this process ends, so that no test, in this
/// process or another, takes one while its server is down.
/// </summary>
public static class FreePorts
{
    private const int First = 20000;
    private const int Attempts = 1000;

    private static readonly List<Socket> s_reserved = [];

    // One past the last.
    private static readonly int s_end = ReadEnd();

    /// <summary>Reserves one on loopback.</summary>
    public static int Take()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, s_end);
            if (Reserve(port) && IsFree(port))
                return port;
        }
        throw new InvalidOperationException($"There is no free port from {First} to {s_end - 1}.");
    }

    /// <summary>A name in the kernel's abstract namespace belongs to one process, and is gone with it.</summary>
    private static bool Reserve(int port)
    {
        var name = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            name.Bind(new UnixDomainSocketEndPoint($"\0strongroom-test-port-{port}"));
        }
        catch (SocketException)
        {
            name.Dispose();
            return false;
        }
        lock (s_reserved)
            s_reserved.Add(name);
        return true;
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int ReadEnd()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t', ' ');
        return Math.Max(int.Parse(range[0], CultureInfo.InvariantCulture), First + Attempts);
    }
}
