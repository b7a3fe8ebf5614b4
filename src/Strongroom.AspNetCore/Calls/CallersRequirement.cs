using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>Allows the named services, authenticated by a call token.</summary>
internal sealed class CallersRequirement(IReadOnlyList<string> callers)
    : AuthorizationHandler<CallersRequirement>,
        IRouteRequirement
{
    private readonly IReadOnlyList<string> _callers = callers;

    public IEnumerable<string> FindFaults(SecretDeclaration declaration) =>
        _callers
            .Select(caller => CallKeys.NameOf(caller, declaration.Service))
            .Where(key => declaration.Find(key) is null)
            .Select(key => $"names a caller whose key '{key}' is not declared in secrets.json. Declare it in both services.");

    /// <summary>
    /// Wraps the route's handler so that it runs for these callers only, even where middleware changed the route after it was
    /// authorized.
    /// </summary>
    internal RequestDelegate Guard(RequestDelegate handler) =>
        context =>
            Allows(context.User)
                ? handler(context)
                : throw new InvalidOperationException(
                    "The route was reached without its authorization. Call app.UseStrongroom() after whatever changes a "
                        + "request's path."
                );

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, CallersRequirement requirement)
    {
        if (requirement.Allows(context.User))
            context.Succeed(requirement);
        // Without a caller, the authentication handler has already given the reason.
        else if (CallAuthenticationHandler.CallerOf(context.User) is not null && context.Resource is HttpContext http)
            http.Features.Set(new Refusal(StatusCodes.Status403Forbidden, "the caller is not among the route's callers"));
        return Task.CompletedTask;
    }

    private bool Allows(ClaimsPrincipal user) =>
        CallAuthenticationHandler.CallerOf(user) is { } caller && _callers.Contains(caller, StringComparer.Ordinal);
}
