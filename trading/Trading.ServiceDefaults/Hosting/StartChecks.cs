using Strongroom;

namespace Trading.ServiceDefaults;

/// <summary>
/// The faults that were found, and the checks that are still to run, before the service starts. Collected instead of thrown, so
/// that one start reports every fault.
/// </summary>
internal sealed class StartChecks
{
    private readonly List<Func<IServiceProvider, IEnumerable<string>>> _checks = [];
    private SecretException? _failure;

    /// <summary>The faults that are known without a service provider.</summary>
    internal List<string> Faults { get; } = [];

    internal bool HasFailed => _failure is not null || Faults.Count > 0;

    internal void Add(Func<IServiceProvider, IEnumerable<string>> check) => _checks.Add(check);

    internal void Record(SecretException failure)
    {
        if (failure is SecretConfigurationException configuration)
            Faults.AddRange(configuration.Faults);
        else
            _failure ??= failure;
    }

    internal IStartCheck For(IServiceProvider services) => new Check(this, services);

    /// <exception cref="SecretException">Something is wrong; faults of settings are listed all at once.</exception>
    internal void Require(IServiceProvider services)
    {
        foreach (var check in _checks)
            Run(check, services);
        if (Faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, [.. Faults.Distinct(StringComparer.Ordinal)]);
        if (_failure is not null)
            throw _failure;
    }

    private void Run(Func<IServiceProvider, IEnumerable<string>> check, IServiceProvider services)
    {
        try
        {
            Faults.AddRange(check(services));
        }
        catch (SecretException e)
        {
            Record(e);
        }
        catch (InvalidOperationException) when (HasFailed)
        {
            // A service that the check needs is missing because of a fault that is known already.
        }
    }

    private sealed class Check(StartChecks checks, IServiceProvider services) : IStartCheck
    {
        public bool NeedsSecrets => false;

        public ValueTask CheckAsync(CancellationToken ct)
        {
            checks.Require(services);
            return ValueTask.CompletedTask;
        }
    }
}
