using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Strongroom.AspNetCore;

/// <summary>
/// The fallback: a route that does not say who may call it is refused, and what is no route is not found. <c>MapHealthChecks</c>,
/// which tells one word, is for anyone.
/// </summary>
internal sealed class StatedPolicyRequirement : AuthorizationHandler<StatedPolicyRequirement>, IAuthorizationRequirement
{
    /// <summary>What <c>MapHealthChecks</c> calls its route; it leaves no other mark.</summary>
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
