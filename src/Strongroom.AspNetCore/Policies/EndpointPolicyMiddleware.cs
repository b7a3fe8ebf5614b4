using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// Lets a request reach its endpoint only where the endpoint's policy does. Both listeners share one routing table, so what
/// belongs to the other listener is answered like a route that is not there.
/// </summary>
internal sealed class EndpointPolicyMiddleware(
    RequestDelegate next,
    CallTokenVerifier calls,
    WebhookVerifier webhooks,
    ManagementGuard guard,
    FrameworkPolicies framework,
    ILogger<EndpointPolicyMiddleware> logger
)
{
    public Task InvokeAsync(HttpContext context)
    {
        ServiceConnections.LetGoOfStrangers(context);
        var management = ManagementConnection.Is(context);
        if (management && guard.Refusal(context) is { } refusal)
            return Refuse(context, StatusCodes.Status403Forbidden, refusal);
        if (context.GetEndpoint() is not { } endpoint)
            return next(context);
        // Routing's own answers (405, 415) would tell which routes the other listener has.
        if (endpoint is not RouteEndpoint)
            return ProblemAnswer.WriteAsync(context, StatusCodes.Status404NotFound);

        var policies = endpoint.Metadata.GetOrderedMetadata<EndpointPolicy>();
        if (policies.Count == 0 && framework.Covers(context, endpoint))
            return management ? ProblemAnswer.WriteAsync(context, StatusCodes.Status404NotFound) : next(context);
        if (policies.Count != 1)
            return Refuse(context, StatusCodes.Status403Forbidden, "the route has no policy of its own");
        if (policies[0] is ManagementPolicy != management)
            return ProblemAnswer.WriteAsync(context, StatusCodes.Status404NotFound);
        return policies[0] switch
        {
            AnyonePolicy or ManagementPolicy => next(context),
            CallersPolicy callers => CheckCallerAsync(context, callers),
            SignedWebhookPolicy webhook => CheckWebhookAsync(context, webhook),
            _ => Refuse(context, StatusCodes.Status403Forbidden, "the route's policy is not known"),
        };
    }

    private async Task CheckCallerAsync(HttpContext context, CallersPolicy policy)
    {
        var check = await calls.VerifyAsync(context, context.RequestAborted);
        if (check.Caller is not { } caller)
        {
            await Refuse(context, StatusCodes.Status401Unauthorized, check.Problem ?? "no token");
            return;
        }
        if (!policy.Callers.Contains(caller, StringComparer.Ordinal))
        {
            await Refuse(context, StatusCodes.Status403Forbidden, "the caller is not among the route's callers");
            return;
        }
        context.Features.Set(new CallerFeature(caller));
        await next(context);
    }

    private async Task CheckWebhookAsync(HttpContext context, SignedWebhookPolicy policy)
    {
        if (webhooks.FindHeaderProblem(context.Request) is { } early)
        {
            await Refuse(context, StatusCodes.Status401Unauthorized, early);
            return;
        }
        using var body = await WebhookBody.ReadAsync(context.Request, policy.MaxBodyBytes, context.RequestAborted);
        if (body is null)
        {
            await Refuse(context, StatusCodes.Status413PayloadTooLarge, "the body is too large");
            return;
        }
        var (delivery, problem) = await webhooks.CheckAsync(context.Request, body.Bytes, policy.Secret, context.RequestAborted);
        if (delivery is null)
        {
            await Refuse(context, StatusCodes.Status401Unauthorized, problem!);
            return;
        }
        context.Request.Body = body.OpenRead();
        await delivery.RunAsync(context, next);
    }

    private Task Refuse(HttpContext context, int status, string reason)
    {
        // The route's pattern, not the path: what a stranger sends does not belong in a log.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        Log.RequestRefused(logger, KnownMethod(context.Request.Method), route, reason);
        return ProblemAnswer.WriteAsync(context, status);
    }

    internal static string KnownMethod(string method) =>
        method is "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "HEAD" or "OPTIONS" ? method : "other";
}
