using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Configuration;
using Strongroom.Journaling;
using Strongroom.Telemetry;

namespace Strongroom.Hosting;

/// <summary>
/// The gate of promise 6. It runs before any other service of the host starts, so a process that lacks a required secret never
/// opens its port; and it ends after all others have, so that the journal holds their last accesses too.
/// </summary>
internal sealed class StrongroomService : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan s_syncInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lastDrain = TimeSpan.FromSeconds(5);

    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private StrongroomRuntime? _runtime;
    private JournalDrainer? _drainer;
    private Task _background = Task.CompletedTask;

    public StrongroomService(IServiceProvider services, TimeProvider time, ILoggerFactory loggers)
    {
        _services = services;
        _time = time;
        _logger = ResilientLogger.Create(loggers);
        try
        {
            // A container disposes what was made first at last: the store must outlive the last drain, which a failed start
            // leaves to that.
            _ = _services.GetService<IAuditStore>();
        }
        catch (Exception)
        {
            // The start meets it again and says so.
        }
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await EndAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var composition = _services.GetRequiredService<StrongroomComposition>();
        var runtime = _runtime = composition.Runtime;
        var store = _services.GetService<IAuditStore>() ?? new LogAuditStore(_logger);
        _drainer = new JournalDrainer(runtime.Trail.Journal, runtime.Folder, store, _time, _logger);

        await CheckAsync(needsSecrets: false, cancellationToken).ConfigureAwait(false);
        await new SecretStartup(runtime, composition.StartupWait, _time, _logger)
            .RunAsync(cancellationToken)
            .ConfigureAwait(false);
        await AuditStoreAtStart.PrepareAsync(store, _logger, cancellationToken).ConfigureAwait(false);
        await runtime.Breaker.RefreshAsync(cancellationToken).ConfigureAwait(false);
        // So that the first new work after a healthy start is not refused; a counterparty that is away holds up no port.
        await runtime.Validation.WaitAsync(cancellationToken).ConfigureAwait(false);
        composition.Show?.Update();
        await CheckAsync(needsSecrets: true, cancellationToken).ConfigureAwait(false);
        StartupValidation.ValidatePutOff(_services);
        runtime.Start();
        _background = Task.WhenAll(_drainer.RunAsync(_stopping.Token), SyncAsync(composition, _stopping.Token));
        Log.Started(
            _logger,
            runtime.Identity.Service,
            runtime.Identity.Instance,
            runtime.Identity.Backend,
            runtime.Identity.EnvironmentName,
            Counted.Of(runtime.Manager.State.Bundles.Sum(bundle => bundle.Names.Count), "secret"),
            Counted.Of(runtime.Manager.State.Bundles.Count, "bundle")
        );
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        UnhandledStartFailure.Started();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => EndAsync();

    /// <summary>A start that failed half-way is disposed without being stopped; its accesses are shipped all the same.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _drainer?.Dispose();
        _stopping.Dispose();
    }

    private async Task EndAsync()
    {
        if (_runtime is not { } runtime)
            return;
        _runtime = null;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_drainer is not null)
        {
            using var limit = new CancellationTokenSource(s_lastDrain, _time);
            await _drainer.DrainOnceAsync(limit.Token).ConfigureAwait(false);
            await _drainer.FinishAsync(limit.Token).ConfigureAwait(false);
        }
        await runtime.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask CheckAsync(bool needsSecrets, CancellationToken ct)
    {
        var errors = new List<SecretException>();
        foreach (var check in _services.GetServices<IStartCheck>().Where(check => check.NeedsSecrets == needsSecrets))
        {
            try
            {
                await check.CheckAsync(ct).ConfigureAwait(false);
            }
            catch (SecretException e)
            {
                errors.Add(e);
            }
        }
        if (StartErrors.Combine(errors) is { } failure)
            throw failure;
    }

    private async Task SyncAsync(StrongroomComposition composition, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(s_syncInterval, _time);
        while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false))
        {
            composition.Show?.Update();
            await composition.Runtime.Breaker.RefreshAsync(ct).ConfigureAwait(false);
        }
    }
}
