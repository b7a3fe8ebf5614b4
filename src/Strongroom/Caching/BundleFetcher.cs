using Microsoft.Extensions.Logging;
using Strongroom.Backends;
using Strongroom.Bundles;

namespace Strongroom.Caching;

/// <summary>
/// Fetches bundles: one fetch in flight for each. A fetch belongs to no caller, so a caller that gives up cancels
/// nothing that others wait for.
/// </summary>
internal sealed partial class BundleFetcher(
    ISecretBackend backend,
    ElapsedClock clocks,
    CacheSettings settings,
    Func<IEnumerable<IBundleProbe>> probes,
    Action<SecretValue> onNewValue,
    ILogger logger
) : IDisposable
{
    private static readonly TimeSpan s_probeTime = TimeSpan.FromSeconds(5);

    // Published only: making them runs the application's code, which must not be held up by a lock of ours.
    private readonly Lazy<IBundleProbe[]> _probes = new(() => [.. probes()], LazyThreadSafetyMode.PublicationOnly);
    private readonly CancellationTokenSource _stopping = new();
    private readonly FetchSlots _slots = new();
    private readonly FetchFailureLog _failures = new(backend.Name, logger);

    internal string Backend => backend.Name;

    /// <summary>True where one call may carry many bundles.</summary>
    internal bool ReadsMany => backend.Capabilities.BatchSize > 1;

    /// <summary>
    /// Joins the fetch in flight or begins one. Its caller waits for it, so it goes before fetches that no caller waits for.
    /// </summary>
    internal Task<FetchOutcome> FetchAsync(CachedBundle cached, ReadPurpose purpose, out bool joined)
    {
        var outcome = cached.JoinOrBegin(out var began);
        joined = !began;
        if (began)
            _ = RunAsync([cached], purpose, isUrgent: purpose != ReadPurpose.Refresh);
        else if (purpose != ReadPurpose.Refresh && cached.Turn is { } waiting)
            _slots.Hasten(waiting);
        return outcome;
    }

    /// <summary>
    /// Fetches many at once, in calls as large as the backend takes, and gives each bundle's outcome. What the service cannot do
    /// without goes first: a backend that throttles takes the rest later.
    /// </summary>
    internal Task<FetchOutcome[]> FetchAllAsync(IReadOnlyList<CachedBundle> cachedBundles, ReadPurpose purpose) =>
        Task.WhenAll(BeginAll(cachedBundles, purpose));

    /// <summary>
    /// Reads a bundle that the wall clock alone calls over, joining no fetch that was sent before. Says what was lost where it
    /// failed.
    /// </summary>
    internal async Task<SecretErrorCode?> ReadFreshAsync(CachedBundle cached)
    {
        var outcome = await ReadAsync(cached, ReadPurpose.Refresh).ConfigureAwait(false);
        // A process that ends has lost nothing: its next life begins with a read of its own.
        return _stopping.IsCancellationRequested ? null : cached.CompleteFreshRead(outcome);
    }

    /// <summary>True where the counterparty of a bundle can be asked.</summary>
    internal bool HasProbe(CachedBundle cached) => Array.Exists(_probes.Value, probe => probe.Bundle == cached.Bundle.Id);

    /// <summary>
    /// Does what can prove bundles good: reads again what the backend did not confirm since then, and tries each at its
    /// counterparty. One that is rejected is read again, since it may have been corrected in the backend. None waits for
    /// another.
    /// </summary>
    internal Task ValidateAsync(IReadOnlyList<CachedBundle> cachedBundles, ClockReading since)
    {
        CachedBundle[] unconfirmed = [.. cachedBundles.Where(cached => !cached.Status.IsConfirmedSince(since))];
        var fetches = unconfirmed
            .Zip(BeginAll(unconfirmed, ReadPurpose.Rejected))
            .ToDictionary(pair => pair.First, pair => pair.Second);
        return Task.WhenAll(cachedBundles.Select(cached => ProveAsync(cached, since, fetches.GetValueOrDefault(cached))));
    }

    private async Task ProveAsync(CachedBundle cached, ClockReading since, Task<FetchOutcome>? fetch)
    {
        if (fetch is not null)
            await fetch.ConfigureAwait(false);
        if (
            cached.Status is { Current: { } current } status
            && !status.IsProvenSince(since)
            && (await ProbeAsync(cached, current.Secrets).ConfigureAwait(false)).Result == ProbeResult.Rejected
        )
            await FetchAsync(cached, ReadPurpose.Rejected, out _).ConfigureAwait(false);
    }

    private Task<FetchOutcome>[] BeginAll(IReadOnlyList<CachedBundle> cachedBundles, ReadPurpose purpose)
    {
        var outcomes = new Task<FetchOutcome>[cachedBundles.Count];
        var mine = new List<CachedBundle>();
        for (var i = 0; i < cachedBundles.Count; i++)
        {
            outcomes[i] = cachedBundles[i].JoinOrBegin(out var began);
            if (began)
                mine.Add(cachedBundles[i]);
        }
        _ = RunInTurnAsync([.. mine.Where(cached => cached.IsRequired), .. mine.Where(cached => !cached.IsRequired)], purpose);
        return outcomes;
    }

    /// <summary>
    /// Begun one after the other, two calls still race for what a backend grants: of many read in one, what can wait does.
    /// </summary>
    private async Task RunInTurnAsync(CachedBundle[] requiredFirst, ReadPurpose purpose)
    {
        CachedBundle[][] calls = [.. requiredFirst.Chunk(Math.Max(1, backend.Capabilities.BatchSize))];
        var first = ReadsMany ? calls.Count(call => call[0].IsRequired) : calls.Length;
        await Task.WhenAll(calls.Take(first).Select(Run)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(calls.Skip(first).Select(Run)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Task Run(CachedBundle[] call) => RunAsync(call, purpose, isUrgent: purpose == ReadPurpose.Rejected);
    }

    /// <summary>
    /// Asks the counterparty about a credential, and says when; unknown where no probe knows the bundle, or it could not be
    /// asked.
    /// </summary>
    internal async ValueTask<(ProbeResult Result, ClockReading AskedAt)> ProbeAsync(CachedBundle cached, Secret[] candidate)
    {
        var askedAt = clocks.Now;
        if (Array.Find(_probes.Value, probe => probe.Bundle == cached.Bundle.Id) is not { } probe)
            return (ProbeResult.Unknown, askedAt);
        using var timeout = new CancellationTokenSource(s_probeTime, clocks.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        try
        {
            var result = await probe
                .TryAsync(new SecretSet(candidate, new ClockReading[candidate.Length]), either.Token)
                .ConfigureAwait(false);
            if (result != ProbeResult.Unknown)
                cached.RecordProbe(candidate[0].VersionIdentity, askedAt, result == ProbeResult.Accepted);
            return (result, askedAt);
        }
        catch (Exception e)
        {
            Log.ProbeFailed(logger, cached.Bundle.Id, e.GetType().Name);
            return (ProbeResult.Unknown, askedAt);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync(CachedBundle[] cachedBundles, ReadPurpose purpose, bool isUrgent)
    {
        var exchange = await SendAsync(cachedBundles, purpose, isUrgent).ConfigureAwait(false);
        await Task.WhenAll(cachedBundles.Select((cached, i) => CompleteAsync(cached, exchange, i, purpose)))
            .ConfigureAwait(false);
    }

    private async Task CompleteAsync(CachedBundle cached, Exchange exchange, int index, ReadPurpose purpose) =>
        cached.Complete(await ApplyAsync(cached, exchange, index, purpose).ConfigureAwait(false));
}
