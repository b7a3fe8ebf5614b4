using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>Allows anyone who reaches the management listener, except browsers.</summary>
internal sealed class ManagementRequirement : IRouteRequirement
{
    internal static AuthorizationPolicy Policy { get; } =
        new AuthorizationPolicyBuilder().AddRequirements(new ManagementRequirement()).Build();

    public IEnumerable<string> FindFaults(SecretDeclaration declaration) => [];
}

/// <summary>
/// Keeps browsers off the management listener: a web page can make the operator's browser send requests to loopback, under a name
/// that it resolves there (DNS rebinding), but it can neither hide its origin nor change the Host header.
/// </summary>
internal sealed class ManagementAuthorizationHandler(ServiceListeners? listeners) : AuthorizationHandler<ManagementRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ManagementRequirement requirement)
    {
        if (context.Resource is not HttpContext http)
            return Task.CompletedTask;
        if (FindRefusal(http) is { } refusal)
            http.Features.Set(refusal);
        else
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private Refusal? FindRefusal(HttpContext context)
    {
        if (!ManagementConnection.Is(context))
            return new Refusal(StatusCodes.Status404NotFound, null);
        var headers = context.Request.Headers;
        if (headers.Origin.Count > 0 || headers.ContainsKey("Sec-Fetch-Site"))
            return new Refusal(StatusCodes.Status403Forbidden, "the management listener accepts no requests from browsers");
        return IsOurs(context.Request.Host.Host.Trim('[', ']'), context.Connection.LocalIpAddress)
            ? null
            : new Refusal(StatusCodes.Status403Forbidden, "the Host header is not that of the management listener");
    }

    private bool IsOurs(string host, IPAddress? local) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || string.Equals(host, listeners?.ManagementHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        || (
            IPAddress.TryParse(host, out var ip)
            && (IPAddress.IsLoopback(ip) || ip.Equals(local) || ip.Equals(local?.MapToIPv4()))
        );
}
