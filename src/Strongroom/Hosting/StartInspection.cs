using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Strongroom.Audit;
using Strongroom.Configuration;
using Strongroom.Journaling;
using Strongroom.Telemetry;

namespace Strongroom.Hosting;

/// <summary>
/// Does what a start does before anything of the host runs, and goes on where a start would stop: every fault is told at once.
/// Reading is an access, so it is audited like any other.
/// </summary>
internal sealed class StartInspection(IServiceProvider services) : IAsyncDisposable
{
    private static readonly TimeSpan s_lastDrain = TimeSpan.FromSeconds(5);

    private readonly List<SecretException> _errors = [];
    private StrongroomComposition? _composition;
    private IAuditStore? _store;
    private SecretException? _waits;

    internal string Summary { get; private set; } = "";

    /// <summary>Gives what keeps the service from starting, or null.</summary>
    internal async Task<StartFailure?> RunAsync(CancellationToken ct)
    {
        Exception? unforeseen = null;
        try
        {
            if (StartCheckArgument.IsGiven && !StartCheckArgument.IsLast)
                _errors.Add(
                    new SecretConfigurationException(
                        SecretErrorCode.SettingInvalid,
                        "--check is not the last argument, so what follows it may not be seen. Put it last."
                    )
                );
            Try(() => _composition = services.GetRequiredService<StrongroomComposition>());
            await TryOwnAsync(needsSecrets: false, ct).ConfigureAwait(false);
            if (_composition is not null)
                await LookAtSecretsAsync(_composition, ct).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // What the settings' faults keep from being made says nothing more.
            unforeseen = _errors.Count == 0 ? e : null;
        }
        if (unforeseen is not null)
            return StartFailure.Of(unforeseen);
        if (StartErrors.Combine(_errors) is { } failure)
            return StartFailure.Of(failure);
        var identity = _composition!.Runtime.Identity;
        Summary =
            $"{identity.Service} can start: settings, declaration, "
            + $"{Counted.Of(_composition.Declaration.Secrets.Count, "secret")} from the "
            + $"{identity.Backend} backend in {identity.EnvironmentName}, and the service's own checks are in order."
            + (_waits is null ? "" : $"{Environment.NewLine}Its audit waits in the journal: {_waits.Message}");
        return null;
    }

    /// <summary>Ships what was accessed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_composition is not { Runtime: { } runtime })
            return;
        var time = services.GetRequiredService<TimeProvider>();
        using (
            var drainer = new JournalDrainer(
                runtime.Trail.Journal,
                runtime.Folder,
                _store ?? new LogAuditStore(Logger),
                time,
                Logger
            )
        )
        {
            using var limit = new CancellationTokenSource(s_lastDrain, time);
            await drainer.FinishAsync(limit.Token).ConfigureAwait(false);
        }
        await runtime.DisposeAsync().ConfigureAwait(false);
    }

    private ILogger Logger => ResilientLogger.Create(services.GetRequiredService<ILoggerFactory>());

    private async ValueTask LookAtSecretsAsync(StrongroomComposition composition, CancellationToken ct)
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
        // What needs a secret that is missing would say the same in other words.
        if (_errors.Count > before)
            return;
        Try(() => _store = services.GetService<IAuditStore>());
        if (_store is not null)
            await TryAsync(async () => _waits = await AuditStoreAtStart.PrepareAsync(_store, Logger, ct).ConfigureAwait(false))
                .ConfigureAwait(false);
        composition.Show?.Update();
        await TryOwnAsync(needsSecrets: true, ct).ConfigureAwait(false);
        try
        {
            StartupValidation.Validate(services);
        }
        catch (OptionsValidationException e)
        {
            _errors.Add(new SecretConfigurationException(SecretErrorCode.SettingInvalid, [.. e.Failures]));
        }
    }

    private async ValueTask TryOwnAsync(bool needsSecrets, CancellationToken ct)
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
