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

/// <summary>Composes a manager. <c>AddStrongroom</c> does it for a host; the command and tests do it by hand.</summary>
public sealed class SecretManagerBuilder
{
    /// <summary>What the process may ask for.</summary>
    public required SecretDeclaration Declaration { get; init; }

    /// <summary>Where the secrets live.</summary>
    public required ISecretBackend Backend { get; init; }

    /// <summary>The settings, validated.</summary>
    public required StrongroomOptions Options { get; init; }

    /// <summary>Where the process runs.</summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>
    /// Asked for the store of trips when one is needed; null where there is none. Then a service with a bundle declared
    /// <c>halt</c> keeps its trips in a file beside the journal alone, and one without has no credential breaker.
    /// </summary>
    public Func<ITripStore?>? TripStore { get; init; }

    /// <summary>
    /// Asked once, when one is needed, for the harmless calls that try a credential: a probe itself may need the manager.
    /// </summary>
    public Func<IEnumerable<IBundleProbe>> Probes { get; init; } = () => [];

    /// <summary>The moment at which all that was read is gone, whatever was validated when: the end of a break-glass.</summary>
    public DateTimeOffset? AllEndsAt { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where to log.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Told of each new value, so that logs can hide it.</summary>
    internal Action<SecretValue> OnNewValue { get; init; } = _ => { };

    /// <summary>The clocks, where a test needs to move boot time apart from the rest.</summary>
    internal ElapsedClock? ElapsedClock { get; init; }

    /// <summary>The local file of trips, where a test needs one that fails.</summary>
    internal Func<string, ILocalTripStore> LocalTrips { get; init; } = path => new LocalTripFile(path);

    internal ResilienceSettings Resilience { get; init; } = new();

    /// <summary>
    /// How much the journal holds; by default 17 MiB and some more for each name, of which a test with hundreds of managers has
    /// no use.
    /// </summary>
    internal JournalCapacity? JournalCapacity { get; init; }

    /// <summary>
    /// Puts cache and audit of each answer in front of the audited backend, whose own layers <see cref="AuditedBackendBuilder"/>
    /// composes.
    /// </summary>
    /// <exception cref="SecretConfigurationException">The journal's folder cannot be used.</exception>
    public StrongroomRuntime Build()
    {
        var logger = ResilientLogger.Create(Loggers);
        var clocks = ElapsedClock ?? new ElapsedClock(Time);
        var settings = CacheSettings.Of(Options, Environment, AllEndsAt is { } at ? new WallDeadline(at, clocks) : null);

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
        telemetry = new StrongroomTelemetry(Declaration, cachedBundles, trail, breaker, clocks, Backend.Name, settings.AllEnd);
        return new StrongroomRuntime(manager, breaker, backend, fetcher, refresh, watch, cachedBundles, telemetry);
    }

    private static void Tick(RejectionCoordinator rejections, CredentialBreaker breaker, CachedBundle[] cachedBundles)
    {
        rejections.RecheckDue(cachedBundles);
        breaker.Tick();
    }
}
