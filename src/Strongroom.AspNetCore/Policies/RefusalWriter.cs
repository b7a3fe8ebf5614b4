using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// Writes problem details for requests that Strongroom's policies refuse, and leaves others to the handler that was registered
/// before.
/// </summary>
internal sealed class RefusalWriter(IAuthorizationMiddlewareResultHandler inner, ILogger<RefusalWriter> logger)
    : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (authorizeResult.Succeeded || context.Features.Get<Refusal>() is not { } refusal)
            return inner.HandleAsync(next, context, policy, authorizeResult);
        if (refusal.Reason is { } reason)
            Log.RequestRefused(logger, RequestDescription.MethodOf(context), RequestDescription.RouteOf(context), reason);
        return ProblemResponse.WriteAsync(context, refusal.Status);
    }
}
