using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>How a request that one of our policies refuses is answered. The reason is for our log; null logs nothing.</summary>
internal sealed record Refusal(int Status, string? Reason);

/// <summary>Answers what our policies refuse with problem details, and leaves what others refuse to the handler before.</summary>
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
        // The route's pattern, not the path: what a stranger sends does not belong in a log.
        if (refusal.Reason is { } reason)
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
            Log.RequestRefused(logger, KnownMethod(context.Request.Method), route, reason);
        }
        return ProblemAnswer.WriteAsync(context, refusal.Status);
    }

    internal static string KnownMethod(string method) =>
        method is "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "HEAD" or "OPTIONS" ? method : "other";
}
