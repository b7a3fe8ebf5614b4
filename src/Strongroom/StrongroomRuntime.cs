using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Configuration;
using Strongroom.Journaling;
using Strongroom.Telemetry;

namespace Strongroom;

/// <summary>
/// A composed secret manager with its background work. Dispose it asynchronously: <see cref="Dispose"/> zeroes every value and
/// closes the journal, <see cref="DisposeAsync"/> also disposes the backend, which may revoke its login.
/// </summary>
public sealed class StrongroomRuntime : IDisposable, IAsyncDisposable
{
    private readonly BundleFetcher _fetcher;
    private readonly CredentialBreaker _breaker;
    private readonly IReadOnlyList<CachedBundle> _cachedBundles;
    private readonly StrongroomTelemetry _telemetry;
    private readonly AuditedBackend _backend;

    internal StrongroomRuntime(
        SecretManager manager,
        CredentialBreaker breaker,
        AuditedBackend backend,
        BundleFetcher fetcher,
        RefreshLoop refresh,
        BudgetWatch watch,
        IReadOnlyList<CachedBundle> cachedBundles,
        StrongroomTelemetry telemetry
    )
    {
        Manager = manager;
        Reports = manager;
        Versions = manager;
        _breaker = breaker;
        _fetcher = fetcher;
        Refresh = refresh;
        Watch = watch;
        _cachedBundles = cachedBundles;
        _telemetry = telemetry;
        _backend = backend;
    }

    /// <summary>Reads and writes the declared secrets.</summary>
    public ISecretManager Manager { get; }

    /// <summary>Takes reports of how credentials were received.</summary>
    public ICredentialReports Reports { get; }

    /// <summary>Manages the stored versions.</summary>
    public ISecretVersions Versions { get; }

    /// <summary>The credential breaker.</summary>
    public ICredentialBreaker Breaker => _breaker;

    /// <summary>Completes when the credentials of the <c>halt</c> bundles have been tried, whatever the outcome.</summary>
    internal Task Validation => _breaker.Validation;

    /// <summary>Completes when the known trips have been stored, or could not be.</summary>
    internal Task Recording => _breaker.Recording;

    internal ProcessIdentity Identity => _backend.Identity;

    internal AuditTrail Trail => _backend.Trail;

    internal JournalFolder Folder => _backend.Folder;

    internal RefreshLoop Refresh { get; }

    internal BudgetWatch Watch { get; }

    /// <summary>Starts the background refresh and the monitoring of outage budgets.</summary>
    public void Start()
    {
        Refresh.Start();
        Watch.Start();
    }

    /// <summary>Fetches every bundle from the backend, in batches as large as it accepts.</summary>
    /// <returns>One error for each bundle that could not be fetched; none is thrown.</returns>
    public async ValueTask<IReadOnlyList<SecretException>> RefreshAsync(CancellationToken ct)
    {
        var outcomes = await _fetcher.FetchAllAsync(_cachedBundles, ReadPurpose.Refresh).WaitAsync(ct).ConfigureAwait(false);
        return [.. outcomes.Where(outcome => outcome.Error is not null).Select(outcome => outcome.Error!)];
    }

    /// <summary>Publishes the marked secrets to a configuration provider.</summary>
    internal ConfigurationPublisher CreateConfigurationPublisher(SecretConfigurationProvider provider) =>
        new(provider, _cachedBundles, Trail);

    /// <inheritdoc/>
    public void Dispose()
    {
        _telemetry.Dispose();
        _breaker.Dispose();
        Watch.Dispose();
        Refresh.Dispose();
        _fetcher.Dispose();
        foreach (var cached in _cachedBundles)
            cached.Expire();
        Trail.Journal.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _backend.DisposeWrappedAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Fetches what is not in memory, and returns the error of each required bundle that could not be fetched.
    /// </summary>
    internal async ValueTask<IReadOnlyList<(SecretBundle Bundle, SecretException Error)>> FetchRequiredAsync(CancellationToken ct)
    {
        var missing = _cachedBundles.Where(cached => cached.Bundle.Required && cached.Current is null).ToList();
        var optional = _cachedBundles.Where(cached => !cached.Bundle.Required && cached.Current is null);
        var outcomes = await _fetcher
            .FetchAllAsync([.. missing, .. optional], ReadPurpose.Get)
            .WaitAsync(ct)
            .ConfigureAwait(false);
        var errors = new List<(SecretBundle, SecretException)>();
        for (var i = 0; i < missing.Count; i++)
        {
            if (outcomes[i].Error is { } error)
                errors.Add((missing[i].Bundle, error));
        }
        return errors;
    }
}
