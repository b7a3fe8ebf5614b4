using Strongroom.Breaker;

namespace Strongroom.AspNetCore;

/// <summary>
/// Derives the service's status from the manager's state, the credential breaker and the drain. Reads memory only.
/// </summary>
public sealed class ServiceHealth
{
    private readonly ISecretManager _secrets;
    private readonly SecretDeclaration _declaration;
    private readonly ServiceDrain _drain;
    private readonly ICredentialBreaker? _breaker;
    private readonly HashSet<string> _required;
    private readonly bool _notReadyWhileHalted;
    private volatile bool _wasValidated;

    /// <summary>Creates the health of one service.</summary>
    public ServiceHealth(
        ISecretManager secrets,
        SecretDeclaration declaration,
        ServiceDrain drain,
        StrongroomWebOptions options,
        ICredentialBreaker? breaker = null
    )
    {
        ArgumentNullException.ThrowIfNull(declaration);
        ArgumentNullException.ThrowIfNull(options);
        _secrets = secrets;
        _declaration = declaration;
        _drain = drain;
        _breaker = breaker;
        _required = [.. declaration.Bundles.Where(bundle => bundle.Required).Select(bundle => bundle.Id)];
        _notReadyWhileHalted = options.NotReadyWhileHalted ?? declaration.Bundles.Any(bundle => bundle.OnLoss == LossEffect.Halt);
    }

    /// <summary>The current status.</summary>
    public ServiceStatus Status
    {
        get
        {
            if (_drain.IsDraining)
                return ServiceStatus.Draining;
            var bundles = _secrets.State.Bundles;
            if (!WasValidated(bundles))
                return ServiceStatus.Starting;
            if (_breaker?.Permission == CredentialPermission.Halted)
                return ServiceStatus.Halted;
            if (bundles.Any(IsLost))
                return ServiceStatus.Unavailable;
            return _breaker?.Permission == CredentialPermission.Restricted || bundles.Any(IsUnhealthy)
                ? ServiceStatus.Degraded
                : ServiceStatus.Ok;
        }
    }

    /// <summary>Whether a service with this status should receive requests.</summary>
    public bool IsReady(ServiceStatus status) =>
        status switch
        {
            ServiceStatus.Ok or ServiceStatus.Degraded => true,
            ServiceStatus.Halted or ServiceStatus.Unavailable => !_notReadyWhileHalted,
            _ => false,
        };

    /// <summary>
    /// The first validation is remembered, since a value that is lost later does not mean that the service is starting.
    /// </summary>
    private bool WasValidated(IReadOnlyList<BundleState> bundles)
    {
        if (!_wasValidated)
            _wasValidated =
                _declaration.Secrets.Count == 0
                || bundles.Count > 0
                    && bundles.All(bundle => bundle.ValidatedAt is not null || !_required.Contains(bundle.Bundle));
        return _wasValidated;
    }

    private bool IsLost(BundleState bundle) =>
        bundle is { OnLoss: LossEffect.Halt, Condition: BundleCondition.Unavailable } && IsExpected(bundle);

    private bool IsUnhealthy(BundleState bundle) => bundle.Condition != BundleCondition.Healthy && IsExpected(bundle);

    /// <summary>A bundle that is optional and was never read is not a loss.</summary>
    private bool IsExpected(BundleState bundle) => bundle.ValidatedAt is not null || _required.Contains(bundle.Bundle);
}
