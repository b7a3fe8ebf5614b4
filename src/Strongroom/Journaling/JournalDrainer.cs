using System.Data.Common;
using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// Ships the journal to the store: first what the counters have gained since the last fold, then the rows in batches. The store
/// skips rows that it already has, so a death between shipping and noting it duplicates nothing.
/// </summary>
internal sealed class JournalDrainer(Journal journal, JournalFolder folder, IAuditStore store, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_late = TimeSpan.FromMinutes(15);

    // Held while the store is asked, by design: two drains at once would ship the same rows.
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Lazy<RowShipper> _shipper = new(() => new RowShipper(journal, store, time, logger));
    private long? _failingSince;
    private bool _warnedLate;
    private bool _adopted;

    /// <summary>Since when shipping has been failing, on the monotonic clock; null if it works.</summary>
    internal long? FailingSince => _failingSince;

    /// <summary>The number of journals of terminated processes that have been shipped.</summary>
    internal int Adopted { get; private set; }

    /// <summary>
    /// Drains until cancelled, first after an interval: the journal keeps the rows, and a start does not wait for shipping. Any
    /// other end is logged as an error, and draining restarts.
    /// </summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        var pause = s_interval;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!ct.IsCancellationRequested)
                    pause = await TryAsync(() => RoundAsync(ct), ct).ConfigureAwait(false)
                        ? s_interval
                        : Min(pause * 2, s_longestPause);
            }
            catch (Exception e)
            {
                pause = s_interval;
                Log.DrainerDied(logger, e.GetType().Name);
            }
        }
    }

    /// <summary>
    /// Drains while the journal still accepts rows, since shipping may have to read the database password, which is an access
    /// too.
    /// </summary>
    internal async ValueTask DrainOnceAsync(CancellationToken ct) =>
        await TryAsync(() => RoundAsync(ct), ct).ConfigureAwait(false);

    /// <summary>Drains for the last time, when the process ends. What cannot be shipped remains for the next start.</summary>
    internal async ValueTask FinishAsync(CancellationToken ct)
    {
        journal.Close(AccessOutcome.Success);
        await TryAsync(() => RoundAsync(ct), ct).ConfigureAwait(false);
        journal.Dispose();
    }

    public void Dispose() => _oneAtATime.Dispose();

    internal async Task DrainAsync(Journal from, CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            // Folding follows shipping: while the store is unavailable, hits remain in their counters and need no capacity.
            await _shipper.Value.ShipAsync(from, ct).ConfigureAwait(false);
            from.Fold();
            await _shipper.Value.ShipAsync(from, ct).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task RoundAsync(CancellationToken ct)
    {
        await DrainAsync(journal, ct).ConfigureAwait(false);
        if (journal.TakeHasLeftFile())
            _adopted = false;
        if (!_adopted)
            await AdoptAsync(ct).ConfigureAwait(false);
        _adopted = true;
        while (journal.TryPeekUnsaved(out var unsaved))
        {
            await DrainAsync(unsaved, ct).ConfigureAwait(false);
            unsaved.Close(AccessOutcome.Success);
            await DrainAsync(unsaved, ct).ConfigureAwait(false);
            journal.DropUnsaved();
        }
    }

    private async Task AdoptAsync(CancellationToken ct)
    {
        foreach (var dead in folder.TakeOver(journal.Owner.Service, time, logger))
        {
            using (dead)
            {
                Log.Adopting(logger, dead.Owner.Instance, dead.Owner.Boot);
                // A full journal has capacity for its last hits and its closing row only after it has been shipped.
                await DrainAsync(dead, ct).ConfigureAwait(false);
                dead.Close(AccessOutcome.Failed);
                await DrainAsync(dead, ct).ConfigureAwait(false);
                Adopted++;
            }
        }
    }

    private async Task<bool> TryAsync(Func<Task> drain, CancellationToken ct)
    {
        try
        {
            await drain().ConfigureAwait(false);
            if (_failingSince is not null)
                Log.ShippingWorks(logger);
            _failingSince = null;
            _warnedLate = false;
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (_failingSince is null && MayBeOutage(e))
                Log.ShippingFailed(logger, e);
            else if (_failingSince is null)
                Log.DrainerDied(logger, e.GetType().Name);
            _failingSince ??= time.GetTimestamp();
            // The store may have been replaced when it is available again.
            _shipper.Value.Forget();
            if (!_warnedLate && journal.Pending > 0 && time.GetElapsedTime(_failingSince.Value) >= s_late)
            {
                _warnedLate = true;
                Log.ShippingLate(logger, s_late.TotalMinutes);
            }
            return false;
        }
        catch
        {
            // Cancelled at the end of the process; the store may report that by any exception.
            return false;
        }
    }

    private static bool MayBeOutage(Exception e) =>
        e is SecretException or DbException or IOException or TimeoutException or OperationCanceledException;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
