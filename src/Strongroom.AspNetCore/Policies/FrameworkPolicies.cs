using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Strongroom.AspNetCore;

/// <summary>
/// ASP.NET's own ways to say who may call a route: <c>RequireAuthorization</c> and <c>[Authorize]</c>, <c>AllowAnonymous</c>, a
/// fallback policy, and <c>MapHealthChecks</c>, which tells one word. A route that says it so needs no policy of ours.
/// </summary>
internal sealed class FrameworkPolicies(IServiceProvider services)
{
    /// <summary>What <c>MapHealthChecks</c> calls its route; it leaves no other mark.</summary>
    private const string HealthChecks = "Health checks";

    /// <summary>What ASP.NET's authorization leaves on a request that it let through.</summary>
    private const string WasAuthorized = "__AuthorizationMiddlewareWithEndpointInvoked";

    private volatile bool _hasFallback;

    /// <summary>Whether the route says who may call it; and what is wrong with how it does.</summary>
    internal async ValueTask<(bool IsStated, string? Fault)> LookAsync(Endpoint endpoint)
    {
        if (IsOpen(endpoint))
            return (true, null);
        var provider = services.GetService<IAuthorizationPolicyProvider>();
        if (AsksForAuthorization(endpoint))
            return (
                true,
                provider is null
                    ? "asks for authorization, and none is registered. Call AddAuthentication(...) and AddAuthorization() on "
                        + "the services."
                    : null
            );
        _hasFallback |= provider is not null && await provider.GetFallbackPolicyAsync() is not null;
        return (_hasFallback, null);
    }

    /// <summary>
    /// Whether ASP.NET sees to it who reaches the route. Without its middleware, a route that asks for authorization fails.
    /// </summary>
    internal bool Covers(HttpContext context, Endpoint endpoint) =>
        IsOpen(endpoint) || AsksForAuthorization(endpoint) || (_hasFallback && context.Items.ContainsKey(WasAuthorized));

    private static bool IsOpen(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || endpoint.DisplayName == HealthChecks;

    private static bool AsksForAuthorization(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null;
}
