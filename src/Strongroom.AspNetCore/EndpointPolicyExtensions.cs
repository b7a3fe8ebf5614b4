using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Strongroom.AspNetCore;

/// <summary>
/// States who may call an endpoint, by ASP.NET's authorization policies. The service does not start with an endpoint that has
/// neither one of these policies nor one of the framework's.
/// </summary>
public static class EndpointPolicyExtensions
{
    /// <summary>The default limit of a webhook's body: 64 KiB.</summary>
    public const int DefaultWebhookBodyBytes = 64 * 1024;

    /// <summary>
    /// Allows these services only, authenticated by a call token that is signed with
    /// <c>calls/&lt;caller&gt;/&lt;this service&gt;</c>. Each of these keys must be declared.
    /// </summary>
    public static TBuilder AllowCallers<TBuilder>(this TBuilder endpoint, params string[] callers)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(callers);
        if (callers.Length == 0)
            throw new ArgumentException("Name at least one caller, or use AllowAnyone().", nameof(callers));
        foreach (var caller in callers)
            _ = CallKeys.NameOf(caller, "self");
        var requirement = new CallersRequirement([.. callers]);
        endpoint.Add(builder => builder.RequestDelegate = requirement.Guard(builder.RequestDelegate!));
        return endpoint.RequireAuthorization(
            new AuthorizationPolicyBuilder(CallScheme.Name).AddRequirements(requirement).Build()
        );
    }

    /// <summary>
    /// Allows webhooks that are signed with the named secret in the form of Standard Webhooks (see
    /// <see cref="WebhookSignature"/>), at most five minutes ago. Each <c>webhook-id</c> is handled once: one that was handled is
    /// answered 204, one that is being handled 409. The signature does not name the route, so give each route its own secret.
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="secret">The name of the secret.</param>
    /// <param name="maxBodyBytes">The largest body that is read into memory, up to 64 MiB. Default: 64 KiB.</param>
    public static TBuilder AllowSignedWebhook<TBuilder>(
        this TBuilder endpoint,
        string secret,
        int maxBodyBytes = DefaultWebhookBodyBytes
    )
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBodyBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBodyBytes, WebhookBody.MaxLimit);
        var requirement = new WebhookRequirement(SecretName.Parse(secret), maxBodyBytes);
        endpoint.Add(builder => builder.RequestDelegate = requirement.Deliver(builder.RequestDelegate!));
        return endpoint.RequireAuthorization(new AuthorizationPolicyBuilder().AddRequirements(requirement).Build());
    }

    /// <summary>
    /// Allows anyone, as ASP.NET's <c>AllowAnonymous</c> does. For endpoints that disclose nothing and change nothing, such as
    /// public health.
    /// </summary>
    public static TBuilder AllowAnyone<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.AllowAnonymous();

    /// <summary>Puts the endpoint on the management listener, and only there.</summary>
    public static TBuilder OnManagementListener<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(ManagementRequirement.Policy);
}
