using System.Text.Json.Serialization;
using Strongroom.Breaker;

namespace Strongroom.AspNetCore;

/// <summary>
/// What an operator sees on the management listener: names, versions, ages and times, but no value. Permission and trips are
/// omitted where the breaker is not active.
/// </summary>
internal sealed record HealthDetails(
    string Status,
    string Service,
    string Instance,
    string Environment,
    bool BreakGlass,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Permission,
    string? BackendProblem,
    IReadOnlyList<SecretDetails> Secrets,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TripDetails>? Trips
)
{
    internal static HealthDetails Of(
        ServiceHealth health,
        ISecretManager secrets,
        SecretDeclaration declaration,
        ICredentialBreaker? breaker,
        StrongroomWebOptions options,
        DateTimeOffset now
    )
    {
        var state = secrets.State;
        var states = state.Bundles.ToDictionary(bundle => bundle.Bundle, StringComparer.Ordinal);
        return new HealthDetails(
            PublicHealth.WordOf(health.Status),
            declaration.Service,
            options.Instance ?? "",
            options.DecidedEnvironment.ToString().ToLowerInvariant(),
            options.BreakGlass?.Invoke() ?? false,
            breaker is { IsActive: true } ? PermissionOf(breaker) : null,
            state.BackendProblem,
            [.. declaration.Secrets.Select(secret => SecretDetails.Of(secret, states.GetValueOrDefault(secret.Bundle), now))],
            breaker is { IsActive: true } ? [.. breaker.Uncleared.Select(TripDetails.Of)] : null
        );
    }

    internal static string PermissionOf(ICredentialBreaker breaker) =>
        breaker.Permission switch
        {
            CredentialPermission.All => "all",
            CredentialPermission.Restricted => "restricted",
            _ => "halted",
        };
}

/// <summary>One declared secret. Its age is the time since the request in which the backend last confirmed it.</summary>
internal sealed record SecretDetails(
    string Name,
    string Bundle,
    bool Required,
    string OnLoss,
    string Condition,
    string? Version,
    string? AcceptedVersion,
    DateTimeOffset? ValidatedAt,
    double? AgeSeconds,
    double BudgetLeftSeconds,
    string? LastError
)
{
    internal static SecretDetails Of(DeclaredSecret secret, BundleState? state, DateTimeOffset now) =>
        new(
            secret.Name.ToString(),
            secret.Bundle,
            secret.Required,
            secret.OnLoss.ToString().ToLowerInvariant(),
            state?.Condition.ToString().ToLowerInvariant() ?? "unknown",
            state?.Version?.Id,
            state?.AcceptedVersion?.Id,
            state?.ValidatedAt,
            state?.ValidatedAt is { } at ? Math.Round(Math.Max(0, (now - at).TotalSeconds), 3) : null,
            Math.Round(Math.Max(0, state?.BudgetLeft.TotalSeconds ?? 0), 3),
            state?.LastError?.ToString()
        );
}

/// <summary>One uncleared trip.</summary>
internal sealed record TripDetails(
    Guid Id,
    string Service,
    string Instance,
    string Bundle,
    string Version,
    string Cause,
    string Detail,
    DateTimeOffset At
)
{
    internal static TripDetails Of(TripRecord trip) =>
        new(
            trip.Id,
            trip.Service,
            trip.Instance,
            trip.Bundle,
            trip.Version,
            trip.Cause.ToString().ToLowerInvariant(),
            trip.Detail,
            trip.At
        );
}

/// <summary>The response of <c>GET /breaker</c>.</summary>
internal sealed record BreakerDetails(string Permission, IReadOnlyList<TripDetails> Trips);

/// <summary>The body of <c>POST /breaker/{id}/clear</c>.</summary>
internal sealed record ClearRequest(string? Operator, string? Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthDetails))]
[JsonSerializable(typeof(BreakerDetails))]
[JsonSerializable(typeof(ClearRequest))]
internal sealed partial class ManagementJson : JsonSerializerContext;
