using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>Whoever signed the body with the named secret.</summary>
internal sealed record WebhookRequirement(SecretName Secret, int MaxBodyBytes) : IRouteRequirement
{
    public IEnumerable<string> FindFaults(SecretDeclaration declaration)
    {
        if (declaration.Find(Secret) is null)
            yield return $"takes webhooks signed with '{Secret}', which is not declared in secrets.json.";
    }

    /// <summary>Runs the route's handler as the delivery of the webhook that was verified; without one it fails.</summary>
    internal static RequestDelegate Deliver(RequestDelegate handler) =>
        context =>
            context.Features.Get<WebhookDelivery>() is { } delivery
                ? delivery.RunAsync(context, handler)
                : throw new InvalidOperationException(
                    "No webhook was verified. Call app.UseStrongroom() before the routes are run."
                );
}

/// <summary>Verifies a webhook once, whatever number of times a request is authorized.</summary>
internal sealed class WebhookAuthorizationHandler(WebhookVerifier webhooks) : AuthorizationHandler<WebhookRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, WebhookRequirement requirement)
    {
        if (context.Resource is not HttpContext http)
            return;
        if (http.Features.Get<WebhookDelivery>() is null && await FindRefusalAsync(http, requirement) is { } refusal)
            http.Features.Set(refusal);
        else
            context.Succeed(requirement);
    }

    private async ValueTask<Refusal?> FindRefusalAsync(HttpContext http, WebhookRequirement requirement)
    {
        if (webhooks.FindHeaderProblem(http.Request) is { } early)
            return new Refusal(StatusCodes.Status401Unauthorized, early);
        if (await WebhookBody.ReadAsync(http.Request, requirement.MaxBodyBytes, http.RequestAborted) is not { } body)
            return new Refusal(StatusCodes.Status413PayloadTooLarge, "the body is too large");
        http.Response.RegisterForDispose(body);
        var (delivery, problem) = await webhooks.CheckAsync(http.Request, body.Bytes, requirement.Secret, http.RequestAborted);
        if (delivery is null)
            return new Refusal(StatusCodes.Status401Unauthorized, problem);
        http.Request.Body = body.OpenRead();
        http.Features.Set(delivery);
        return null;
    }
}
