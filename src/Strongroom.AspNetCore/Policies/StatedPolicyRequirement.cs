using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Strongroom.AspNetCore;

/// <summary>
/// The fallback policy: a route that does not state who may call it is refused, and a request without a route is answered 404.
/// <c>MapHealthChecks</c>, which tells one word, is open to anyone.
/// </summary>
internal sealed class StatedPolicyRequirement : AuthorizationHandler<StatedPolicyRequirement>, IAuthorizationRequirement
{
    /// <summary>The display name that <c>MapHealthChecks</c> gives its route, which has no other metadata.</summary>
    private const string HealthChecks = "Health checks";

    internal static AuthorizationPolicy Policy { get; } =
        new AuthorizationPolicyBuilder().AddRequirements(new StatedPolicyRequirement()).Build();

    internal static bool IsHealthCheck(Endpoint? endpoint) => endpoint?.DisplayName == HealthChecks;

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, StatedPolicyRequirement requirement)
    {
        if (context.Resource is not HttpContext http)
            return Task.CompletedTask;
        if (IsHealthCheck(http.GetEndpoint()))
            context.Succeed(requirement);
        else
            http.Features.Set(
                http.GetEndpoint() is RouteEndpoint
                    ? new Refusal(StatusCodes.Status403Forbidden, "the route has no policy")
                    : new Refusal(StatusCodes.Status404NotFound, null)
            );
        return Task.CompletedTask;
    }
}
