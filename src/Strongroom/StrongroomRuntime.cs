using Strongroom.Backends;
using Strongroom.Breaker;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Configuration;
using Strongroom.Journaling;
using Strongroom.Telemetry;

namespace Strongroom;

/// <summary>
/// A composed manager with what runs behind it. Disposing it zeroes every value and lets go of the journal; disposing it
/// asynchronously ends the backend too, which may have a login to give back.
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

    /// <summary>The manager.</summary>
    public ISecretManager Manager { get; }

    /// <summary>The manager, where the use of its secrets is reported.</summary>
    public ICredentialReports Reports { get; }

    /// <summary>The manager, for looking after the stored versions.</summary>
    public ISecretVersions Versions { get; }

    /// <summary>The credential breaker.</summary>
    public ICredentialBreaker Breaker => _breaker;

    /// <summary>Ends when the credentials of the <c>halt</c> bundles were tried, whatever came of it.</summary>
    internal Task Validation => _breaker.Validation;

    /// <summary>Ends when what is known of trips was stored, or could not be now.</summary>
    internal Task Recording => _breaker.Recording;

    internal ProcessIdentity Identity => _backend.Identity;

    internal AuditTrail Trail => _backend.Trail;

    internal JournalFolder Folder => _backend.Folder;

    internal RefreshLoop Refresh { get; }

    internal BudgetWatch Watch { get; }

    /// <summary>Begins to refresh in the background and to watch the budgets.</summary>
    public void Start()
    {
        Refresh.Start();
        Watch.Start();
    }

    /// <summary>Fetches every bundle anew, in calls as large as the backend takes, and says what went wrong for which.</summary>
    /// <returns>One error for each bundle that could not be fetched; none is thrown.</returns>
    public async ValueTask<IReadOnlyList<SecretException>> RefreshAsync(CancellationToken ct)
    {
        var outcomes = await _fetcher.FetchAllAsync(_cachedBundles, ReadPurpose.Refresh).WaitAsync(ct).ConfigureAwait(false);
        return [.. outcomes.Where(outcome => outcome.Error is not null).Select(outcome => outcome.Error!)];
    }

    /// <summary>Shows marked secrets through a configuration provider; the result brings it up to date.</summary>
    internal ConfigurationPublisher Show(SecretConfigurationProvider provider) => new(provider, _cachedBundles, Trail);

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
        await _backend.EndWrappedAsync().ConfigureAwait(false);
    }

    /// <summary>Fetches what is not in memory, and gives the error of each required bundle that could not be had.</summary>
    internal async ValueTask<IReadOnlyList<(SecretBundle Bundle, SecretException Error)>> FetchRequiredAsync(CancellationToken ct)
    {
        var missing = _cachedBundles.Where(cached => cached.Bundle.Required && cached.Current is null).ToList();
        var optional = _cachedBundles.Where(cached => !cached.Bundle.Required && cached.Current is null);
        var outcomes = await _fetcher
            .FetchAllAsync([.. missing, .. optional], ReadPurpose.Get)
            .WaitAsync(ct)
            .ConfigureAwait(false);
        return
        [
            .. missing
                .Zip(outcomes)
                .Where(pair => pair.Second.Error is not null)
                .Select(pair => (pair.First.Bundle, pair.Second.Error!)),
        ];
    }
}
