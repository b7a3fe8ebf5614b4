using System.Globalization;
using System.Net;
using Strongroom.Backends.Wire;

namespace Strongroom.Vault;

/// <summary>Which addresses are reached through the proxy.</summary>
internal static class VaultProxy
{
    /// <summary>The proxy on the way to an address, or null.</summary>
    internal static Uri? For(Uri address, VaultOptions options) =>
        options.Proxy is null
        || address.Scheme != Uri.UriSchemeHttps
        || PeerAddress.IsLoopback(address)
        || IsExcepted(address, options.NoProxy)
            ? null
            : options.Proxy;

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
