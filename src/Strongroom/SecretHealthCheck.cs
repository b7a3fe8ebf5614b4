using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Strongroom;

/// <summary>
/// A health check for hosts that use the framework's:
/// <c>services.AddHealthChecks().AddCheck&lt;SecretHealthCheck&gt;("secrets")</c>. Healthy while every bundle is confirmed;
/// degraded while an outage budget runs or a credential is suspect; unhealthy if a required bundle is not in memory. Its data
/// contains bundle names, versions and remaining seconds, never a value.
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
