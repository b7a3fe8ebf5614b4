using System.Net;
using System.Net.Sockets;

namespace Strongroom.Backends.Wire;

/// <summary>What kind of place an address is.</summary>
internal static class PeerAddress
{
    internal static bool IsLoopback(Uri address) =>
        address.IdnHost.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.IdnHost, out var ip) && IsLoopback(ip));

    internal static bool IsLoopback(IPAddress ip) => IPAddress.IsLoopback(Plain(ip));

    internal static bool IsLinkLocal(Uri address) => IPAddress.TryParse(address.IdnHost, out var ip) && IsLinkLocal(ip);

    /// <summary>Link-local, where clouds keep their metadata service, and what is no single machine at all.</summary>
    internal static bool IsLinkLocal(IPAddress ip)
    {
        ip = Plain(ip);
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
            return ip.IsIPv6LinkLocal || ip.IsIPv6Multicast || ip.Equals(IPAddress.IPv6Any);
        Span<byte> bytes = stackalloc byte[4];
        ip.TryWriteBytes(bytes, out _);
        return bytes is [169, 254, ..] or [0, ..] or [>= 224, ..];
    }

    private static IPAddress Plain(IPAddress ip) => ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
}
