using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// Ships rows to the store, with their instance, and verifies that the store keeps them: shipped rows that are missing are
/// shipped again if the ring still holds them, otherwise a row records the loss.
/// </summary>
internal sealed class RowShipper(Journal own, IAuditStore store, TimeProvider time, ILogger logger)
{
    private const int BatchRows = 2000;

    private static readonly TimeSpan s_verifyInterval = TimeSpan.FromSeconds(10);

    /// <summary>For each boot, the row up to which the store was verified to be complete.</summary>
    private readonly Dictionary<Guid, (long Last, long At)> _seen = [];
    private readonly HashSet<(Guid Boot, SequenceRange Range)> _marked = [];
    private readonly List<(InstanceRow Owner, SequenceRange Range)> _lost = [];

    /// <summary>Discards what is known about the store.</summary>
    internal void Forget() => _seen.Clear();

    /// <summary>Ships all rows not shipped yet.</summary>
    internal async Task ShipAsync(Journal from, CancellationToken ct)
    {
        await VerifyShippedAsync(from, ct).ConfigureAwait(false);
        while (from.Unshipped(BatchRows) is { Count: > 0 } rows)
        {
            var owner = from.Owner;
            // The journal has moved to a new file meanwhile, so the rows belong to another boot.
            if (owner.Boot != rows[0].Boot)
                continue;
            await AppendAsync(owner, rows, ct).ConfigureAwait(false);
            from.MarkShipped(rows[^1]);
        }
    }

    private async Task VerifyShippedAsync(Journal from, CancellationToken ct)
    {
        var (owner, last, firstHeld) = from.Shipped;
        if (last == 0)
            return;
        var known = _seen.TryGetValue(owner.Boot, out var seen);
        if (known && seen.Last == last && from.Pending == 0 && time.GetElapsedTime(seen.At) < s_verifyInterval)
            return;
        // The row before the held ones shows whether older ones may be missing: a restored store lacks the newest.
        var range = new SequenceRange(Math.Max(1, known ? Math.Min(seen.Last, last) : firstHeld - 1), last);
        if (await store.FindMissingAsync(owner.Instance, owner.Boot, range, ct).ConfigureAwait(false) is { Count: > 0 })
            await RestoreAsync(from, owner, last, ct).ConfigureAwait(false);
        MarkLost();
        _seen[owner.Boot] = (last, time.GetTimestamp());
    }

    private async Task RestoreAsync(Journal from, InstanceRow owner, long last, CancellationToken ct)
    {
        var missing = await store
            .FindMissingAsync(owner.Instance, owner.Boot, new SequenceRange(1, last), ct)
            .ConfigureAwait(false);
        // Read immediately, since each new row may overwrite an old one.
        var held = missing.Select(range => (Range: range, Rows: from.Held(owner.Boot, range))).ToList();
        // The gap is recorded before the newest row is restored, which the next process takes as proof of completeness.
        foreach (var hole in held.SelectMany(one => Holes(one.Range, one.Rows)))
            RecordLoss(owner, hole);
        var again = held.SelectMany(one => one.Rows).ToList();
        foreach (var batch in again.Chunk(BatchRows))
            await AppendAsync(owner, batch, ct).ConfigureAwait(false);
        if (again.Count > 0)
            Log.RowsShippedAgain(logger, again.Count, owner.Instance, owner.Boot);
    }

    private void RecordLoss(InstanceRow owner, SequenceRange range)
    {
        if (!_marked.Add((owner.Boot, range)))
            return;
        Log.RowsLost(logger, range.First, range.Last, owner.Instance, owner.Boot);
        _lost.Add((owner, range));
        MarkLost();
    }

    /// <summary>
    /// Records losses in the own journal, since that of a terminated process may be closed. Without capacity, the next round
    /// retries.
    /// </summary>
    private void MarkLost() =>
        _lost.RemoveAll(lost =>
            own.TryAppend(
                own.About(AccessOperation.Gap, AccessOutcome.Failed) with
                {
                    Name = $"rows {lost.Range.First} to {lost.Range.Last}",
                    RequestId = lost.Owner.Boot.ToString(),
                    Count = lost.Range.Last - lost.Range.First + 1,
                }
            )
        );

    private static IEnumerable<SequenceRange> Holes(SequenceRange part, IEnumerable<AccessRow> rows)
    {
        var next = part.First;
        foreach (var sequence in rows.Select(row => row.Sequence).Append(part.Last + 1))
        {
            if (sequence > next)
                yield return new SequenceRange(next, sequence - 1);
            next = sequence + 1;
        }
    }

    /// <summary>A row that the store always rejects must not block all others: it is found by bisection and replaced.</summary>
    private async Task AppendAsync(InstanceRow owner, IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        try
        {
            await store.AppendAsync(owner, rows, ct).ConfigureAwait(false);
        }
        catch (SecretWriteException) when (rows.Count > 1)
        {
            await AppendAsync(owner, [.. rows.Take(rows.Count / 2)], ct).ConfigureAwait(false);
            await AppendAsync(owner, [.. rows.Skip(rows.Count / 2)], ct).ConfigureAwait(false);
        }
        catch (SecretWriteException) when (rows is [{ Operation: not AccessOperation.Gap }])
        {
            var refused = rows[0];
            await store.AppendAsync(owner, [ReplacementFor(refused)], ct).ConfigureAwait(false);
            Log.RowRefused(logger, refused.Sequence, refused.Instance, refused.Boot);
        }
    }

    private static AccessRow ReplacementFor(AccessRow refused) =>
        new()
        {
            Instance = refused.Instance,
            Boot = refused.Boot,
            Sequence = refused.Sequence,
            Service = refused.Service,
            FirstAt = refused.FirstAt,
            LastAt = refused.LastAt,
            AccessCount = refused.AccessCount,
            Operation = AccessOperation.Gap,
            Outcome = AccessOutcome.Failed,
            Source = AccessSource.None,
            Name = "refused by the database",
        };
}
