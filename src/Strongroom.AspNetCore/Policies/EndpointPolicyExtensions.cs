using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Strongroom.AspNetCore;

/// <summary>
/// Says who may call an endpoint, by ASP.NET's authorization policies. An endpoint without one of these, and without one of the
/// framework's, fails the start.
/// </summary>
public static class EndpointPolicyExtensions
{
    /// <summary>The largest webhook body unless said otherwise: 64 KiB.</summary>
    public const int DefaultWebhookBodyBytes = 64 * 1024;

    /// <summary>
    /// Only these services, who show a call token signed with <c>calls/&lt;caller&gt;/&lt;this service&gt;</c>. Each of those
    /// keys must be declared, or the start fails.
    /// </summary>
    public static TBuilder AllowCallers<TBuilder>(this TBuilder endpoint, params string[] callers)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(callers);
        if (callers.Length == 0)
            throw new ArgumentException("Name at least one caller, or use AllowAnyone().", nameof(callers));
        foreach (var caller in callers)
            _ = CallKeys.NameOf(caller, "self");
        return endpoint.RequireAuthorization(
            new AuthorizationPolicyBuilder(CallAuthenticationHandler.SchemeName)
                .AddRequirements(new CallersRequirement([.. callers]))
                .Build()
        );
    }

    /// <summary>
    /// Whoever signs the webhook with the secret of that name, in the form of Standard Webhooks (see
    /// <see cref="WebhookSignature"/>), at most five minutes ago. Each <c>webhook-id</c> is handled once: one that was handled is
    /// answered 204, one that is being handled 409.
    /// </summary>
    public static TBuilder AllowSignedWebhook<TBuilder>(
        this TBuilder endpoint,
        string secret,
        int maxBodyBytes = DefaultWebhookBodyBytes
    )
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBodyBytes);
        var requirement = new WebhookRequirement(SecretName.Parse(secret), maxBodyBytes);
        endpoint.Add(static builder => builder.RequestDelegate = WebhookRequirement.Deliver(builder.RequestDelegate!));
        return endpoint.RequireAuthorization(new AuthorizationPolicyBuilder().AddRequirements(requirement).Build());
    }

    /// <summary>Anyone, as ASP.NET's <c>AllowAnonymous</c> says it. For what tells nothing and does nothing, such as the public
    /// health.</summary>
    public static TBuilder AllowAnyone<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.AllowAnonymous();

    /// <summary>Puts the endpoint on the management listener, and only there.</summary>
    public static TBuilder OnManagementListener<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(ManagementRequirement.Policy);
}
