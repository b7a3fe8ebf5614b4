using Microsoft.AspNetCore.Builder;

namespace Strongroom.AspNetCore;

/// <summary>Says who may call an endpoint. An endpoint without one of these fails the start.</summary>
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
        return With(endpoint, new CallersPolicy([.. callers]));
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
        return With(endpoint, new SignedWebhookPolicy(SecretName.Parse(secret), maxBodyBytes));
    }

    /// <summary>Anyone. For what tells nothing and does nothing, such as the public health.</summary>
    public static TBuilder AllowAnyone<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => With(endpoint, new AnyonePolicy());

    /// <summary>Puts the endpoint on the management listener, and only there.</summary>
    public static TBuilder OnManagementListener<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => With(endpoint, new ManagementPolicy());

    private static TBuilder With<TBuilder>(TBuilder endpoint, EndpointPolicy policy)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(policy));
        return endpoint;
    }
}
