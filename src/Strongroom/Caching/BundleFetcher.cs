using Microsoft.Extensions.Logging;
using Strongroom.Backends;

namespace Strongroom.Caching;

/// <summary>
/// Fetches bundles: one fetch in flight for each, whoever asks. A fetch belongs to no caller, so a caller that gives up cancels
/// nothing that others wait for.
/// </summary>
internal sealed class BundleFetcher(
    ISecretBackend backend, Clocks clocks, CacheSettings settings, Func<IEnumerable<IBundleProbe>> probes, Action<SecretValue> onNewValue, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan s_probeTime = TimeSpan.FromSeconds(5);

    private readonly Lazy<IBundleProbe[]> _probes = new(() => [.. probes()]);
    private readonly CancellationTokenSource _stopping = new();
    private readonly FetchFailureLog _failures = new(backend.Name, logger);

    internal string Backend => backend.Name;

    /// <summary>True where one call may carry many bundles.</summary>
    internal bool ReadsMany => backend.Capabilities.BatchSize > 1;

    /// <summary>Joins the fetch in flight or begins one.</summary>
    internal Task<FetchOutcome> FetchAsync(BundleCell cell, ReadPurpose purpose, out bool joined)
    {
        var outcome = cell.JoinOrBegin(out var began);
        joined = !began;
        if (began)
            _ = RunAsync([cell], purpose);
        return outcome;
    }

    /// <summary>
    /// Fetches many at once, in calls as large as the backend takes, and gives each bundle's outcome. What the service cannot do without
    /// goes first: a backend that throttles takes the rest later.
    /// </summary>
    internal Task<FetchOutcome[]> FetchAllAsync(IReadOnlyList<BundleCell> cells, ReadPurpose purpose)
    {
        var outcomes = new Task<FetchOutcome>[cells.Count];
        var mine = new List<BundleCell>();
        for (var i = 0; i < cells.Count; i++)
        {
            outcomes[i] = cells[i].JoinOrBegin(out var began);
            if (began)
                mine.Add(cells[i]);
        }
        _ = RunInTurnAsync(mine.OrderByDescending(IsRequired).Chunk(Math.Max(1, backend.Capabilities.BatchSize)), purpose);
        return Task.WhenAll(outcomes);
    }

    private static bool IsRequired(BundleCell cell) => cell.Bundle.Secrets.Any(secret => secret.Required);

    /// <summary>Begun one after the other, two calls still race for what a backend grants: of many read in one, what can wait does.</summary>
    private async Task RunInTurnAsync(IEnumerable<BundleCell[]> calls, ReadPurpose purpose)
    {
        foreach (var turn in calls.GroupBy(call => !ReadsMany || Array.Exists(call, IsRequired)))
            await Task.WhenAll(turn.Select(call => RunAsync(call, purpose))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>True where the counterparty of a bundle can be asked.</summary>
    internal bool HasProbe(BundleCell cell) => Array.Exists(_probes.Value, probe => probe.Bundle == cell.Bundle.Id);

    /// <summary>
    /// Does what can prove bundles good: reads anew what the backend did not confirm since then, and tries each at its counterparty.
    /// One that is rejected is read anew, since somebody may have mended it.
    /// </summary>
    internal async Task ValidateAsync(IReadOnlyList<BundleCell> cells, Moment since)
    {
        await FetchAllAsync([.. cells.Where(cell => !cell.IsConfirmedSince(since))], ReadPurpose.Rejected).ConfigureAwait(false);
        foreach (var cell in cells)
        {
            if (cell.Current is { } current && !cell.IsProvenSince(since)
                && await ProbeAsync(cell, current.Secrets).ConfigureAwait(false) == ProbeResult.Rejected)
                await FetchAsync(cell, ReadPurpose.Rejected, out _).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the counterparty about a credential; unknown where no probe knows the bundle, or it could not be asked.</summary>
    internal async ValueTask<ProbeResult> ProbeAsync(BundleCell cell, Secret[] candidate)
    {
        if (Array.Find(_probes.Value, probe => probe.Bundle == cell.Bundle.Id) is not { } probe)
            return ProbeResult.Unknown;
        var askedAt = clocks.Now;
        using var timeout = new CancellationTokenSource(s_probeTime, clocks.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        try
        {
            var result = await probe.TryAsync(new SecretSet(candidate, new Moment[candidate.Length]), either.Token).ConfigureAwait(false);
            if (result == ProbeResult.Accepted)
                cell.Proven = new BundleCell.ProbeProof(candidate[0].Version, askedAt);
            return result;
        }
        catch (Exception e)
        {
            Log.ProbeFailed(logger, cell.Bundle.Id, e.GetType().Name);
            return ProbeResult.Unknown;
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync(BundleCell[] cells, ReadPurpose purpose)
    {
        var sentAt = clocks.Now;
        SecretException? failure = null;
        IReadOnlyList<SecretAnswer> answers = [];
        try
        {
            if (settings.AllEndsAt is { } end && sentAt.Wall >= end)
                throw new SecretRefusedException(SecretErrorCode.Guardrail, "The break-glass is over, and with it the use of this backend here. Set SECRET_BACKEND to vault or aws.", backend: backend.Name);
            SecretRequest[] requests = [.. cells.Select(cell => new SecretRequest(cell.Bundle.Id, cell.Places, purpose))];
            answers = await backend.ReadAsync(requests, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e as SecretException ?? new SecretUnavailableException(
                SecretErrorCode.Unreachable, $"The {backend.Name} backend failed with {e.GetType().Name}. Run 'strongroom doctor' to see why.", backend: backend.Name);
        }

        for (var i = 0; i < cells.Length; i++)
            cells[i].Complete(await ApplyAsync(cells[i], i < answers.Count ? answers[i] : null, failure, sentAt).ConfigureAwait(false));
    }

    private async ValueTask<FetchOutcome> ApplyAsync(BundleCell cell, SecretAnswer? answer, SecretException? failure, Moment sentAt)
    {
        try
        {
            if (answer is not { Succeeded: true })
                return Failed(cell, failure ?? answer?.Error ?? new SecretUnavailableException(
                    SecretErrorCode.Unreachable, $"The {backend.Name} backend gave no answer for '{cell.Bundle.Id}'.", backend: backend.Name));

            // The machine slept while it was under way.
            if (clocks.Since(sentAt) is var took && took > settings.Tick && took + settings.Tick >= settings.Ttl)
            {
                End(answer.Values);
                return Failed(cell, new SecretUnavailableException(
                    SecretErrorCode.TimedOut, $"The answer for '{cell.Bundle.Id}' is as old as SECRET_CACHE_TTL.", backend: backend.Name));
            }
            if (cell.Confirm(answer.Version, sentAt, answer.Validates) is { } confirmed)
            {
                End(answer.Values);
                _failures.Succeeded(cell);
                return new FetchOutcome(confirmed, null);
            }
            if (ValueRules.Check(cell.Bundle, answer.Values, settings.ShortestValue, backend.Name) is { } fault)
            {
                End(answer.Values);
                return Failed(cell, fault);
            }
            foreach (var value in answer.Values)
                onNewValue(value);

            var secrets = answer.Values
                .Select((value, i) => new Secret(cell.Bundle.Secrets[i].Name, value, answer.Version, answer.CreatedAt, cell.Bundle.Id)).ToArray();
            // The first generation of a process has nothing to replace; a later one is tried before it does.
            if (cell.Current is not null && await ProbeAsync(cell, secrets).ConfigureAwait(false) == ProbeResult.Rejected)
            {
                End(answer.Values);
                return Failed(cell, new SecretConfigurationException(
                    SecretErrorCode.ValueInvalid,
                    $"Version {answer.Version} of '{cell.Bundle.Id}' is new in the backend, and its counterparty rejects it. The one in use is kept. "
                    + "Write a working one.", cell.Bundle.Secrets[0].Name, backend.Name));
            }
            var snapshot = cell.Adopt(secrets, answer.Version, sentAt);
            _failures.Succeeded(cell);
            Log.Adopted(logger, cell.Bundle.Id, answer.Version.Id);
            return new FetchOutcome(snapshot, null);
        }
        catch (Exception e)
        {
            // Whatever it was, those who wait must hear of it, or the bundle would be in flight for ever.
            return Failed(cell, new SecretUnavailableException(
                SecretErrorCode.Unreachable, $"The answer for '{cell.Bundle.Id}' could not be taken in ({e.GetType().Name}).", backend: backend.Name));
        }
    }

    private FetchOutcome Failed(BundleCell cell, SecretException error)
    {
        _failures.Failed(cell, error);
        cell.Fail(error);
        return new FetchOutcome(null, error);
    }

    private static void End(IReadOnlyList<SecretValue> values)
    {
        foreach (var value in values)
            value.Dispose();
    }
}
