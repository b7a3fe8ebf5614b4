using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Strongroom;

/// <summary>
/// For hosts that use the framework's health checks:
/// <c>services.AddHealthChecks().AddCheck&lt;SecretHealthCheck&gt;("secrets")</c>. Healthy while every bundle is confirmed,
/// degraded while the outage budget runs or a credential is suspect, unhealthy where a required one is not in memory. Its data
/// names bundles, versions and seconds left; no value.
/// </summary>
public sealed class SecretHealthCheck(ISecretManager secrets) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = secrets.State;
        var data = state.Bundles.ToDictionary(
            bundle => bundle.Bundle,
            object (bundle) =>
                $"{bundle.Condition}, version {bundle.Version?.Id ?? "none"}, {bundle.BudgetLeft.TotalSeconds:0} s left"
        );
        if (state.BackendProblem is { } problem)
            data["(backend)"] = problem;
        return Task.FromResult(
            state.Condition switch
            {
                BundleCondition.Healthy => HealthCheckResult.Healthy(data: data),
                BundleCondition.Unavailable => HealthCheckResult.Unhealthy("A required secret is not in memory.", data: data),
                _ => HealthCheckResult.Degraded("A secret could not be confirmed; its outage budget runs.", data: data),
            }
        );
    }
}
