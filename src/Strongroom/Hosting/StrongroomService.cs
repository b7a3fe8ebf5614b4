using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom.Audit;
using Strongroom.Configuration;
using Strongroom.Journaling;
using Strongroom.Telemetry;

namespace Strongroom.Hosting;

/// <summary>
/// Enforces promise 6. It starts before any other hosted service, so that a process without a required secret never opens its
/// port, and stops after all others, so that the journal also holds their last accesses.
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
            // A container disposes services in reverse order of creation. The store must outlive the last drain, which after a
            // failed start happens during disposal.
            _ = _services.GetService<IAuditStore>();
        }
        catch (Exception)
        {
            // The start meets the same exception and reports it.
        }
    }

    // One method, and not two: a method that waits costs a start some fourteen compiled ones.
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        UnhandledStartFailure.Starting(_services.GetService<IHostApplicationLifetime>());
        try
        {
            var composition = _services.GetRequiredService<StrongroomComposition>();
            var runtime = _runtime = composition.Runtime;
            var store = AuditStoreAtStart.Resolve(_services, _logger);
            _drainer = new JournalDrainer(runtime.Trail.Journal, runtime.Folder, store, _time, _logger);

            await CheckAsync(needsSecrets: false, cancellationToken).ConfigureAwait(false);
            await new SecretStartup(runtime, composition.StartupWait, _time, _logger)
                .RunAsync(cancellationToken)
                .ConfigureAwait(false);
            await AuditStoreAtStart.PrepareAsync(store, _logger, cancellationToken).ConfigureAwait(false);
            await runtime.Breaker.RefreshAsync(cancellationToken).ConfigureAwait(false);
            // So that the first new work after a healthy start is not refused. An unavailable counterparty does not delay the
            // port.
            await runtime.Validation.WaitAsync(cancellationToken).ConfigureAwait(false);
            composition.Publisher?.Update();
            await CheckAsync(needsSecrets: true, cancellationToken).ConfigureAwait(false);
            StartupValidation.ValidateDeferred(_services);
            runtime.Start();
            _background = Task.WhenAll(_drainer.RunAsync(_stopping.Token), SyncAsync(composition, _stopping.Token));
            Log.EachStart.Started(
                _logger,
                runtime.Identity.Service,
                runtime.Identity.Instance,
                runtime.Identity.Backend,
                runtime.Identity.EnvironmentName,
                Quantity.Format(composition.Declaration.Secrets.Count, "secret"),
                Quantity.Format(composition.Declaration.Bundles.Count, "bundle")
            );
        }
        catch
        {
            await EndAsync().ConfigureAwait(false);
            throw;
        }
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

    /// <summary>A start that failed is disposed without being stopped; its accesses are shipped here.</summary>
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
            composition.Publisher?.Update();
            await composition.Runtime.Breaker.RefreshAsync(ct).ConfigureAwait(false);
        }
    }
}
