using Strongroom.Breaker;

namespace Strongroom.AspNetCore;

/// <summary>Derives the one word from the manager's state, the credential breaker and the drain. Reads memory only.</summary>
public sealed class ServiceHealth
{
    private readonly ISecretManager _secrets;
    private readonly SecretDeclaration _declaration;
    private readonly ServiceDrain _drain;
    private readonly ICredentialBreaker? _breaker;
    private readonly HashSet<string> _required;
    private readonly bool _notReadyWhileHalted;
    private volatile bool _wasValidated;

    /// <summary>Makes one.</summary>
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

    /// <summary>How the service stands now.</summary>
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
            return _breaker?.Permission == CredentialPermission.Restricted || bundles.Any(IsWanting)
                ? ServiceStatus.Degraded
                : ServiceStatus.Ok;
        }
    }

    /// <summary>Whether a service in that state should be sent requests.</summary>
    public bool IsReady(ServiceStatus status) =>
        status switch
        {
            ServiceStatus.Ok or ServiceStatus.Degraded => true,
            ServiceStatus.Halted or ServiceStatus.Unavailable => !_notReadyWhileHalted,
            _ => false,
        };

    /// <summary>The first validation is remembered: a value that is lost later is a loss, not a start.</summary>
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

    private bool IsWanting(BundleState bundle) => bundle.Condition != BundleCondition.Healthy && IsExpected(bundle);

    /// <summary>What is optional and was never there is no loss.</summary>
    private bool IsExpected(BundleState bundle) => bundle.ValidatedAt is not null || _required.Contains(bundle.Bundle);
}
