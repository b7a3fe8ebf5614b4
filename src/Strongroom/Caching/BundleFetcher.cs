using Microsoft.Extensions.Logging;
using Strongroom.Backends;

namespace Strongroom.Caching;

/// <summary>
/// Fetches bundles: one fetch in flight for each, whoever asks. A fetch belongs to no caller, so a caller that gives up cancels
/// nothing that others wait for.
/// </summary>
internal sealed partial class BundleFetcher(
    ISecretBackend backend, Clocks clocks, CacheSettings settings, Func<IEnumerable<IBundleProbe>> probes, Action<SecretValue> onNewValue, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan s_probeTime = TimeSpan.FromSeconds(5);

    private readonly Lazy<IBundleProbe[]> _probes = new(() => [.. probes()]);
    private readonly CancellationTokenSource _stopping = new();
    private readonly FetchSlots _slots = new();
    private readonly FetchFailureLog _failures = new(backend.Name, logger);

    internal string Backend => backend.Name;

    /// <summary>True where one call may carry many bundles.</summary>
    internal bool ReadsMany => backend.Capabilities.BatchSize > 1;

    /// <summary>Joins the fetch in flight or begins one. Whoever asks waits for it, so it goes before what nobody waits for.</summary>
    internal Task<FetchOutcome> FetchAsync(BundleCell cell, ReadPurpose purpose, out bool joined)
    {
        var outcome = cell.JoinOrBegin(out var began);
        joined = !began;
        if (began)
            _ = RunAsync([cell], purpose, isUrgent: purpose != ReadPurpose.Refresh);
        else if (purpose != ReadPurpose.Refresh && cell.Turn is { } waiting)
            _slots.Hasten(waiting);
        return outcome;
    }

    /// <summary>
    /// Fetches many at once, in calls as large as the backend takes, and gives each bundle's outcome. What the service cannot do without
    /// goes first: a backend that throttles takes the rest later.
    /// </summary>
    internal Task<FetchOutcome[]> FetchAllAsync(IReadOnlyList<BundleCell> cells, ReadPurpose purpose) => Task.WhenAll(BeginAll(cells, purpose));

    /// <summary>Reads a bundle that the wall clock alone calls over, joining no fetch that was sent before. Says what was lost where it failed.</summary>
    internal async Task<SecretErrorCode?> ReadFreshAsync(BundleCell cell)
    {
        var outcome = await ReadAsync(cell, ReadPurpose.Refresh).ConfigureAwait(false);
        // A process that ends has lost nothing: its next life begins with a read of its own.
        return _stopping.IsCancellationRequested ? null : cell.CompleteFreshRead(outcome);
    }

    /// <summary>True where the counterparty of a bundle can be asked.</summary>
    internal bool HasProbe(BundleCell cell) => Array.Exists(_probes.Value, probe => probe.Bundle == cell.Bundle.Id);

    /// <summary>
    /// Does what can prove bundles good: reads anew what the backend did not confirm since then, and tries each at its counterparty.
    /// One that is rejected is read anew, since somebody may have mended it. None waits for another.
    /// </summary>
    internal Task ValidateAsync(IReadOnlyList<BundleCell> cells, Moment since)
    {
        BundleCell[] unconfirmed = [.. cells.Where(cell => !cell.IsConfirmedSince(since))];
        var fetches = unconfirmed.Zip(BeginAll(unconfirmed, ReadPurpose.Rejected)).ToDictionary(pair => pair.First, pair => pair.Second);
        return Task.WhenAll(cells.Select(cell => ProveAsync(cell, since, fetches.GetValueOrDefault(cell))));
    }

    private async Task ProveAsync(BundleCell cell, Moment since, Task<FetchOutcome>? fetch)
    {
        if (fetch is not null)
            await fetch.ConfigureAwait(false);
        if (cell.Current is { } current && !cell.IsProvenSince(since)
            && (await ProbeAsync(cell, current.Secrets).ConfigureAwait(false)).Result == ProbeResult.Rejected)
            await FetchAsync(cell, ReadPurpose.Rejected, out _).ConfigureAwait(false);
    }

    private Task<FetchOutcome>[] BeginAll(IReadOnlyList<BundleCell> cells, ReadPurpose purpose)
    {
        var outcomes = new Task<FetchOutcome>[cells.Count];
        var mine = new List<BundleCell>();
        for (var i = 0; i < cells.Count; i++)
        {
            outcomes[i] = cells[i].JoinOrBegin(out var began);
            if (began)
                mine.Add(cells[i]);
        }
        _ = RunInTurnAsync(mine.OrderByDescending(cell => cell.IsRequired).Chunk(Math.Max(1, backend.Capabilities.BatchSize)), purpose);
        return outcomes;
    }

    /// <summary>Begun one after the other, two calls still race for what a backend grants: of many read in one, what can wait does.</summary>
    private async Task RunInTurnAsync(IEnumerable<BundleCell[]> calls, ReadPurpose purpose)
    {
        foreach (var turn in calls.GroupBy(call => !ReadsMany || Array.Exists(call, cell => cell.IsRequired)))
        {
            await Task.WhenAll(turn.Select(call => RunAsync(call, purpose, isUrgent: purpose == ReadPurpose.Rejected)))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks the counterparty about a credential, and says when; unknown where no probe knows the bundle, or it could not be asked.</summary>
    internal async ValueTask<(ProbeResult Result, Moment AskedAt)> ProbeAsync(BundleCell cell, Secret[] candidate)
    {
        var askedAt = clocks.Now;
        if (Array.Find(_probes.Value, probe => probe.Bundle == cell.Bundle.Id) is not { } probe)
            return (ProbeResult.Unknown, askedAt);
        using var timeout = new CancellationTokenSource(s_probeTime, clocks.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        try
        {
            var result = await probe.TryAsync(new SecretSet(candidate, new Moment[candidate.Length]), either.Token).ConfigureAwait(false);
            if (result != ProbeResult.Unknown)
                cell.NoteProbe(candidate[0].Generation, askedAt, result == ProbeResult.Accepted);
            return (result, askedAt);
        }
        catch (Exception e)
        {
            Log.ProbeFailed(logger, cell.Bundle.Id, e.GetType().Name);
            return (ProbeResult.Unknown, askedAt);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync(BundleCell[] cells, ReadPurpose purpose, bool isUrgent)
    {
        var exchange = await SendAsync(cells, purpose, isUrgent).ConfigureAwait(false);
        await Task.WhenAll(cells.Select(async (cell, i) => cell.Complete(await ApplyAsync(cell, exchange, i, purpose).ConfigureAwait(false)))).ConfigureAwait(false);
    }
}
