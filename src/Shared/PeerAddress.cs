using System.Net;
using System.Net.Sockets;

namespace Strongroom.Backends.Wire;

/// <summary>Classifies network addresses.</summary>
internal static class PeerAddress
{
    internal static bool IsLoopback(Uri address) =>
        address.IdnHost.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.IdnHost, out var ip) && IsLoopback(ip));

    internal static bool IsLoopback(IPAddress ip) => IPAddress.IsLoopback(Unmap(ip));

    internal static bool IsLinkLocal(Uri address) => IPAddress.TryParse(address.IdnHost, out var ip) && IsLinkLocal(ip);

    /// <summary>
    /// Whether an address is link-local, where clouds provide their metadata service, or does not denote a single machine.
    /// </summary>
    internal static bool IsLinkLocal(IPAddress ip)
    {
        ip = Unmap(ip);
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
            return ip.IsIPv6LinkLocal || ip.IsIPv6Multicast || ip.Equals(IPAddress.IPv6Any);
        Span<byte> bytes = stackalloc byte[4];
        ip.TryWriteBytes(bytes, out _);
        return bytes is [169, 254, ..] or [0, ..] or [>= 224, ..];
    }

    private static IPAddress Unmap(IPAddress ip) => ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
}
