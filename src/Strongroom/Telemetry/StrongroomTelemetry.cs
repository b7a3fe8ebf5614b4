using System.Diagnostics;
using System.Diagnostics.Metrics;
using Strongroom.Breaker;
using Strongroom.Bundles;
using Strongroom.Journaling;

namespace Strongroom.Telemetry;

/// <summary>
/// The meter. All instruments but the fetch duration are observable: they read the journal and the bundles on collection, so
/// that a cache hit costs nothing.
/// </summary>
internal sealed class StrongroomTelemetry : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    internal const string Name = "Strongroom";

    /// <summary>Replaces undeclared names, so that callers cannot create unbounded tag values.</summary>
    private const string Undeclared = "undeclared";

    private readonly Meter _meter = new(Name);

    internal StrongroomTelemetry(
        SecretDeclaration declaration,
        IReadOnlyList<CachedBundle> cachedBundles,
        AuditTrail trail,
        ICredentialBreaker breaker,
        ElapsedClock clocks,
        string backend,
        WallDeadline? allExpire
    )
    {
        FetchDuration = _meter.CreateHistogram<double>(
            "strongroom.secret.fetch.duration",
            "s",
            "How long the backend took to answer."
        );
        _meter.CreateObservableCounter(
            "strongroom.secret.accesses",
            () => Accesses(declaration, trail),
            description: "Accesses, as the journal counts them."
        );
        _meter.CreateObservableGauge(
            "strongroom.secret.age",
            () => Ages(cachedBundles, clocks),
            "s",
            "Seconds since the backend last confirmed the value."
        );
        _meter.CreateObservableGauge(
            "strongroom.secret.rotation_age",
            () => RotationAges(cachedBundles, clocks),
            "s",
            "Seconds since the version was made."
        );
        _meter.CreateObservableGauge(
            "strongroom.backend.up",
            () => new Measurement<int>(IsUp(cachedBundles) ? 1 : 0, Tag("backend", backend)),
            description: "1 while every last fetch succeeded."
        );
        if (breaker.IsActive)
            _meter.CreateObservableGauge(
                "strongroom.breaker.tripped",
                () => breaker.Uncleared.Count > 0 ? 1 : 0,
                description: "1 while a trip is not cleared."
            );
        _meter.CreateObservableGauge(
            "strongroom.break_glass",
            () => allExpire?.Left > TimeSpan.Zero ? 1 : 0,
            description: "1 while break-glass access is open."
        );
        _meter.CreateObservableGauge(
            "strongroom.audit.pending",
            () => trail.Journal.Pending,
            "{row}",
            "Rows not yet shipped to the audit database."
        );
    }

    internal Histogram<double> FetchDuration { get; }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Accesses(SecretDeclaration declaration, AuditTrail trail) =>
        trail
            .Tally()
            .GroupBy(entry => (Name: NameTag(declaration, entry.Name), entry.Outcome, entry.Source))
            .Select(group => new Measurement<long>(
                group.Sum(entry => entry.Count),
                Tag("name", group.Key.Name),
                Tag("outcome", TagValue(group.Key.Outcome)),
                Tag("source", TagValue(group.Key.Source))
            ));

    private static IEnumerable<Measurement<double>> Ages(IEnumerable<CachedBundle> cachedBundles, ElapsedClock clocks) =>
        from cached in cachedBundles
        let current = cached.Current
        where current is not null
        from secret in current.Secrets
        select new Measurement<double>(clocks.Since(current.ValidatedAt).TotalSeconds, Tag("name", secret.Name.ToString()));

    private static IEnumerable<Measurement<double>> RotationAges(IEnumerable<CachedBundle> cachedBundles, ElapsedClock clocks) =>
        from cached in cachedBundles
        from secret in cached.Current?.Secrets ?? []
        where secret.CreatedAt is not null
        select new Measurement<double>(
            (clocks.Now.Wall - secret.CreatedAt!.Value).TotalSeconds,
            Tag("name", secret.Name.ToString())
        );

    private static bool IsUp(IEnumerable<CachedBundle> cachedBundles) =>
        cachedBundles.All(cached => cached.LastError is not SecretUnavailableException);

    private static string NameTag(SecretDeclaration declaration, string name) =>
        SecretName.TryParse(name, null, out var parsed) && declaration.Find(parsed) is not null ? name : Undeclared;

    private static string TagValue<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
