using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>A requirement of ours. A route has at most one, and what it needs must be declared, or the start fails.</summary>
internal interface IRouteRequirement : IAuthorizationRequirement
{
    /// <summary>What is wrong with it, each as the end of a sentence that begins with the route.</summary>
    IEnumerable<string> FindFaults(SecretDeclaration declaration);
}

/// <summary>The named services, who show a call token.</summary>
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

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, CallersRequirement requirement)
    {
        // Where there is no caller, the authentication has said why.
        if (CallAuthenticationHandler.CallerOf(context.User) is not { } caller)
            return Task.CompletedTask;
        if (requirement._callers.Contains(caller, StringComparer.Ordinal))
            context.Succeed(requirement);
        else if (context.Resource is HttpContext http)
            http.Features.Set(new Refusal(StatusCodes.Status403Forbidden, "the caller is not among the route's callers"));
        return Task.CompletedTask;
    }
}
