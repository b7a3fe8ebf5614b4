namespace Strongroom.AspNetCore;

/// <summary>Who may call an endpoint. Every endpoint carries exactly one as metadata; one without is refused at start.</summary>
internal abstract record EndpointPolicy;

/// <summary>The named services, who show a call token.</summary>
internal sealed record CallersPolicy(IReadOnlyList<string> Callers) : EndpointPolicy;

/// <summary>Whoever signed the body with the named secret.</summary>
internal sealed record SignedWebhookPolicy(SecretName Secret, int MaxBodyBytes) : EndpointPolicy;

/// <summary>Anyone who reaches the service's port.</summary>
internal sealed record AnyonePolicy : EndpointPolicy;

/// <summary>Whoever reaches the management listener; not to be had on the service's port.</summary>
internal sealed record ManagementPolicy : EndpointPolicy;
