using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.AuditLayers;
using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Journaling;
using Strongroom.Resilience;
using Strongroom.Telemetry;

namespace Strongroom;

/// <summary>Composes a secret manager without a host. In a host, <c>AddStrongroom</c> does it.</summary>
public sealed class SecretManagerBuilder
{
    /// <summary>The secrets that the process may use.</summary>
    public required SecretDeclaration Declaration { get; init; }

    /// <summary>The backend that stores the secrets. The result owns and disposes it.</summary>
    public required ISecretBackend Backend { get; init; }

    /// <summary>The validated settings.</summary>
    public required StrongroomOptions Options { get; init; }

    /// <summary>The environment that the process runs in.</summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>
    /// Resolves the trip store when it is first needed; null if there is none. Without a store, a service with a bundle declared
    /// <c>halt</c> keeps its trips only in a file beside the journal, and one without has no credential breaker.
    /// </summary>
    public Func<ITripStore?>? TripStore { get; init; }

    /// <summary>Resolves the probes when they are first needed, since a probe may itself depend on the manager.</summary>
    public Func<IEnumerable<IBundleProbe>> Probes { get; init; } = () => [];

    /// <summary>
    /// When all values expire, regardless of when they were validated: the end of break-glass access. Default: null, never.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The logger factory. Default: no logging.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Called with each new value, so that logs can redact it.</summary>
    internal Action<SecretValue> OnNewValue { get; init; } = _ => { };

    /// <summary>The clocks; set by tests that move boot time independently.</summary>
    internal ElapsedClock? ElapsedClock { get; init; }

    /// <summary>Creates the local trip store; set by tests that need one that fails.</summary>
    internal Func<string, ILocalTripStore> LocalTrips { get; init; } = path => new LocalTripFile(path);

    internal ResilienceSettings Resilience { get; init; } = new();

    /// <summary>The journal's capacity. Default: 17 MiB plus some for each name.</summary>
    internal JournalCapacity? JournalCapacity { get; init; }

    /// <summary>
    /// Composes the layers in front of the audited backend: the cache, and around it the audit of what is returned. <see
    /// cref="AuditedBackendBuilder"/> composes the layers behind them; <see cref="StrongroomOptions"/> states the order of all.
    /// </summary>
    /// <exception cref="SecretConfigurationException">The journal folder cannot be used.</exception>
    public StrongroomRuntime Build()
    {
        var logger = ResilientLogger.Create(Loggers);
        var clocks = ElapsedClock ?? new ElapsedClock(Time);
        var settings = CacheSettings.Of(Options, Environment, ExpiresAt is { } at ? new WallDeadline(at, clocks) : null);

        StrongroomTelemetry? telemetry = null;
        var backend = new AuditedBackendBuilder
        {
            Backend = Backend,
            Options = Options,
            Environment = Environment,
            Service = Declaration.Service,
            Time = Time,
            Loggers = Loggers,
            Resilience = Resilience,
            JournalCapacity = JournalCapacity ?? JournalCapacity.For(Declaration.Secrets.Count),
            OnFetched = took => telemetry?.FetchDuration.Record(took.TotalSeconds),
        }.Build();
        var (identity, trail, folder) = (backend.Identity, backend.Trail, backend.Folder);
        var fetcher = new BundleFetcher(backend, clocks, settings, Probes, OnNewValue, logger);
        CachedBundle[] cachedBundles =
        [
            .. Declaration.Bundles.Select(bundle => new CachedBundle(bundle, Options.Namespace, clocks, settings)),
        ];
        var refresh = new RefreshLoop(cachedBundles, fetcher, clocks, settings, logger);
        IBundleReader reader = new CacheLayer(fetcher, refresh);
        reader = new AuditLayer(reader, trail);

        var rule = new PermissionRule(cachedBundles, fetcher.HasProbe, settings, clocks);
        var breaker = new CredentialBreaker(
            identity,
            LocalTrips(Path.Combine(folder.Path, identity.Service + LocalTripFile.Suffix)),
            TripStore,
            trail,
            rule,
            since => fetcher.ValidateAsync(rule.CachedBundles, since),
            clocks,
            logger
        );
        var rejections = new RejectionCoordinator(fetcher, breaker, trail, logger);
        var watch = new BudgetWatch(
            cachedBundles,
            fetcher,
            refresh,
            clocks,
            settings,
            breaker.TripForLoss,
            () => Tick(rejections, breaker, cachedBundles),
            logger
        );
        var manager = new SecretManager(Declaration, Options.Namespace, cachedBundles, reader, backend, rejections, clocks);
        telemetry = new StrongroomTelemetry(Declaration, cachedBundles, trail, breaker, clocks, Backend.Name, settings.AllExpire);
        return new StrongroomRuntime(manager, breaker, backend, fetcher, refresh, watch, cachedBundles, telemetry);
    }

    private static void Tick(RejectionCoordinator rejections, CredentialBreaker breaker, CachedBundle[] cachedBundles)
    {
        rejections.RecheckDue(cachedBundles);
        breaker.Tick();
    }
}
