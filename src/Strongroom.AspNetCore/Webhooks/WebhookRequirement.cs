using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>Allows webhooks that are signed with the named secret.</summary>
internal sealed record WebhookRequirement(SecretName Secret, int MaxBodyBytes) : IRouteRequirement
{
    public IEnumerable<string> FindFaults(SecretDeclaration declaration)
    {
        if (declaration.Find(Secret) is null)
            yield return $"takes webhooks signed with '{Secret}', which is not declared in secrets.json.";
    }

    /// <summary>
    /// Wraps the route's handler as the delivery of the verified webhook, so that it runs for no other request, even where
    /// middleware changed the route after it was authorized.
    /// </summary>
    internal RequestDelegate Deliver(RequestDelegate handler) =>
        context =>
            DeliveryFor(context) is { } delivery
                ? delivery.RunAsync(context, handler)
                : throw new InvalidOperationException(
                    "The webhook's route was reached without its authorization. Call app.UseStrongroom() after whatever changes "
                        + "a request's path."
                );

    /// <summary>The delivery that was verified for this requirement, or null.</summary>
    internal WebhookDelivery? DeliveryFor(HttpContext context) =>
        context.Features.Get<WebhookDelivery>() is { } delivery && delivery.Secret == Secret ? delivery : null;
}

/// <summary>Verifies a webhook once, however often its request is authorized.</summary>
internal sealed class WebhookAuthorizationHandler(WebhookVerifier webhooks) : AuthorizationHandler<WebhookRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, WebhookRequirement requirement)
    {
        if (context.Resource is not HttpContext http)
            return;
        if (requirement.DeliveryFor(http) is null && await FindRefusalAsync(http, requirement) is { } refusal)
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
