using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Strongroom.Audit;
using Strongroom.Configuration;
using Strongroom.Journaling;
using Strongroom.Telemetry;

namespace Strongroom.Hosting;

/// <summary>
/// Makes the checks of a start before the host runs anything, and continues where a start would stop, so that all faults are
/// reported together. Reading secrets is an access, and audited as such.
/// </summary>
internal sealed class StartInspection(IServiceProvider services) : IAsyncDisposable
{
    private static readonly TimeSpan s_lastDrain = TimeSpan.FromSeconds(5);

    private readonly List<SecretException> _errors = [];
    private StrongroomComposition? _composition;

    /// <summary>Accepts rows; null until that is known.</summary>
    private IAuditStore? _store;
    private bool _hasTriedStore;
    private SecretException? _waits;

    internal string Summary { get; private set; } = "";

    /// <summary>Returns what prevents the service from starting; null if nothing does.</summary>
    /// <exception cref="OperationCanceledException">The checks were cancelled, so what they found means nothing.</exception>
    internal async Task<StartFailure?> RunAsync(CancellationToken ct)
    {
        Exception? unforeseen = null;
        try
        {
            if (StartCheckArgument.IsGiven && !StartCheckArgument.IsLast)
                _errors.Add(
                    new SecretConfigurationException(
                        SecretErrorCode.SettingInvalid,
                        "--check must be the last argument; an argument after it may be ignored."
                    )
                );
            Try(() => _composition = services.GetRequiredService<StrongroomComposition>());
            await RunServiceChecksAsync(needsSecrets: false, ct).ConfigureAwait(false);
            if (_composition is not null)
                await CheckSecretsAsync(_composition, ct).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Only a consequence of the faults found so far.
            unforeseen = _errors.Count == 0 ? e : null;
        }
        ct.ThrowIfCancellationRequested();
        if (unforeseen is not null)
            return StartFailure.FromException(unforeseen);
        if (StartErrors.Combine(_errors) is { } failure)
            return StartFailure.FromException(failure);
        var identity = _composition!.Runtime.Identity;
        Summary =
            $"{identity.Service} can start: settings, declaration, "
            + $"{Quantity.Format(_composition.Declaration.Secrets.Count, "secret")} from the "
            + $"{identity.Backend} backend in {identity.EnvironmentName}, and the service's own checks passed."
            + (_waits is null ? "" : $"{Environment.NewLine}Its audit rows remain in the journal: {_waits.Message}");
        return null;
    }

    /// <summary>
    /// Ships the audit of the accesses. If the store does not accept it, the rows remain in their journals, those of terminated
    /// processes included.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_composition is not { Runtime: { } runtime })
            return;
        var time = services.GetRequiredService<TimeProvider>();
        using var limit = new CancellationTokenSource(s_lastDrain, time);
        // A fault found before the store was needed, such as a missing secret, does not mean that the store is unusable.
        if (!_hasTriedStore)
            await TryPrepareStoreAsync(limit.Token).ConfigureAwait(false);
        if (_store is not null)
        {
            using var drainer = new JournalDrainer(runtime.Trail.Journal, runtime.Folder, _store, time, Logger);
            await drainer.FinishAsync(limit.Token).ConfigureAwait(false);
        }
        else
        {
            runtime.Trail.Journal.Close(AccessOutcome.Success);
        }
        await runtime.DisposeAsync().ConfigureAwait(false);
    }

    private ILogger Logger => ResilientLogger.Create(services.GetRequiredService<ILoggerFactory>());

    private async ValueTask CheckSecretsAsync(StrongroomComposition composition, CancellationToken ct)
    {
        var before = _errors.Count;
        await TryAsync(() =>
                new SecretStartup(
                    composition.Runtime,
                    TimeSpan.Zero,
                    services.GetRequiredService<TimeProvider>(),
                    Logger
                ).RunAsync(ct)
            )
            .ConfigureAwait(false);
        // Checks that need a missing secret would only repeat the fault.
        if (_errors.Count > before)
            return;
        await TryAsync(() => PrepareStoreAsync(ct)).ConfigureAwait(false);
        composition.Publisher?.Update();
        await RunServiceChecksAsync(needsSecrets: true, ct).ConfigureAwait(false);
        try
        {
            StartupValidation.Validate(services);
        }
        catch (OptionsValidationException e)
        {
            _errors.Add(new SecretConfigurationException(SecretErrorCode.SettingInvalid, [.. e.Failures]));
        }
    }

    private async Task PrepareStoreAsync(CancellationToken ct)
    {
        _hasTriedStore = true;
        var store = AuditStoreAtStart.Resolve(services, Logger);
        _waits = await AuditStoreAtStart.PrepareAsync(store, Logger, ct).ConfigureAwait(false);
        _store = _waits is null ? store : null;
    }

    private async Task TryPrepareStoreAsync(CancellationToken ct)
    {
        try
        {
            await PrepareStoreAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.ShippingFailed(Logger, e);
        }
    }

    private async ValueTask RunServiceChecksAsync(bool needsSecrets, CancellationToken ct)
    {
        foreach (var check in services.GetServices<IStartCheck>().Where(check => check.NeedsSecrets == needsSecrets))
            await TryAsync(() => check.CheckAsync(ct).AsTask()).ConfigureAwait(false);
    }

    private void Try(Action look)
    {
        try
        {
            look();
        }
        catch (SecretException e)
        {
            _errors.Add(e);
        }
    }

    private async ValueTask TryAsync(Func<Task> look)
    {
        try
        {
            await look().ConfigureAwait(false);
        }
        catch (SecretException e)
        {
            _errors.Add(e);
        }
    }
}
