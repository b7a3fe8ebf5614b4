using System.Net;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>
/// Keeps browsers off the management listener: a page of a stranger can make the operator's browser ask loopback, under a name
/// that it points there (DNS rebinding), but neither hide its origin nor send another Host header.
/// </summary>
internal sealed class ManagementGuard(ServiceListeners? listeners)
{
    /// <summary>Gives why the request is refused, or null.</summary>
    internal string? Refusal(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.Origin.Count > 0 || headers.ContainsKey("Sec-Fetch-Site"))
            return "the management listener takes no requests from browsers";
        var host = context.Request.Host.Host.Trim('[', ']');
        return IsOurs(host, context.Connection.LocalIpAddress) ? null : "the Host header is not that of the management listener";
    }

    private bool IsOurs(string host, IPAddress? local) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || string.Equals(host, listeners?.ManagementHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        || (
            IPAddress.TryParse(host, out var ip)
            && (IPAddress.IsLoopback(ip) || ip.Equals(local) || ip.Equals(local?.MapToIPv4()))
        );
}
