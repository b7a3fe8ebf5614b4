using System.Text.Json.Serialization;
using Strongroom.Breaker;

namespace Strongroom.AspNetCore;

/// <summary>What an operator sees on the management listener: names, versions, ages and times; no value.</summary>
internal sealed record HealthDetails(
    string Status,
    string Service,
    string Instance,
    string Environment,
    bool BreakGlass,
    string CredentialPermission,
    string? BackendProblem,
    IReadOnlyList<SecretDetails> Secrets,
    IReadOnlyList<TripDetails> Trips
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
            PermissionOf(breaker),
            state.BackendProblem,
            [.. declaration.Secrets.Select(secret => SecretDetails.Of(secret, states.GetValueOrDefault(secret.Bundle), now))],
            [.. (breaker?.Uncleared ?? []).Select(TripDetails.Of)]
        );
    }

    internal static string PermissionOf(ICredentialBreaker? breaker) =>
        breaker?.Permission switch
        {
            Breaker.CredentialPermission.All or null => "all",
            Breaker.CredentialPermission.ReduceOnly => "reduce-only",
            _ => "halted",
        };
}

/// <summary>One declared secret. The age counts from the request that last made the backend confirm it.</summary>
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

/// <summary>One trip that nobody has cleared.</summary>
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

/// <summary>The answer of <c>GET /breaker</c>.</summary>
internal sealed record BreakerDetails(string CredentialPermission, IReadOnlyList<TripDetails> Trips);

/// <summary>The body of <c>POST /breaker/{id}/clear</c>.</summary>
internal sealed record ClearRequest(string? Operator, string? Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthDetails))]
[JsonSerializable(typeof(BreakerDetails))]
[JsonSerializable(typeof(ClearRequest))]
internal sealed partial class ManagementJson : JsonSerializerContext;
