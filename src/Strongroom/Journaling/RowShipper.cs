using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// Brings rows to the store, who wrote them with each batch, and makes sure that it keeps them: what was shipped once and is
/// missing there is shipped again from what the ring still holds, and a row says what is lost.
/// </summary>
internal sealed class RowShipper(Journal own, IAuditStore store, TimeProvider time, ILogger logger)
{
    private const int BatchRows = 2000;

    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(10);

    /// <summary>Up to which row the store was seen to have all, for each boot.</summary>
    private readonly Dictionary<Guid, (long Last, long At)> _seen = [];
    private readonly HashSet<(Guid Boot, SequenceRange Range)> _marked = [];
    private readonly List<(InstanceRow Owner, SequenceRange Range)> _lost = [];

    /// <summary>Nothing is taken for granted of what the store had.</summary>
    internal void Forget() => _seen.Clear();

    /// <summary>Ships what is not shipped yet.</summary>
    internal async Task ShipAsync(Journal from, CancellationToken ct)
    {
        await LookAfterShippedAsync(from, ct).ConfigureAwait(false);
        while (from.Unshipped(BatchRows) is { Count: > 0 } rows)
        {
            var owner = from.Owner;
            // The journal moved to a fresh file in between: its rows are another boot's.
            if (owner.Boot != rows[0].Boot)
                continue;
            await AppendAsync(owner, rows, ct).ConfigureAwait(false);
            from.MarkShipped(rows[^1]);
        }
    }

    private async Task LookAfterShippedAsync(Journal from, CancellationToken ct)
    {
        var (owner, last, firstHeld) = from.Shipped;
        if (last == 0)
            return;
        var known = _seen.TryGetValue(owner.Boot, out var seen);
        if (known && seen.Last == last && from.Pending == 0 && time.GetElapsedTime(seen.At) < s_lookEvery)
            return;
        // The row before the held ones tells whether older ones can be missing: a store that goes back loses the newest.
        var asked = new SequenceRange(Math.Max(1, known ? Math.Min(seen.Last, last) : firstHeld - 1), last);
        if (await store.FindMissingAsync(owner.Instance, owner.Boot, asked, ct).ConfigureAwait(false) is { Count: > 0 })
            await BringBackAsync(from, owner, last, ct).ConfigureAwait(false);
        MarkLost();
        _seen[owner.Boot] = (last, time.GetTimestamp());
    }

    private async Task BringBackAsync(Journal from, InstanceRow owner, long last, CancellationToken ct)
    {
        var missing = await store
            .FindMissingAsync(owner.Instance, owner.Boot, new SequenceRange(1, last), ct)
            .ConfigureAwait(false);
        // Read at once, since each new row may take the room of an old one.
        var held = missing.Select(range => (Range: range, Rows: from.Held(owner.Boot, range))).ToList();
        // The gap is marked before the newest row is back, since that is what tells the next process that nothing is missing.
        foreach (var hole in held.SelectMany(one => Holes(one.Range, one.Rows)))
            Lose(owner, hole);
        var again = held.SelectMany(one => one.Rows).ToList();
        foreach (var batch in again.Chunk(BatchRows))
            await AppendAsync(owner, batch, ct).ConfigureAwait(false);
        if (again.Count > 0)
            Log.RowsShippedAgain(logger, again.Count, owner.Instance, owner.Boot);
    }

    private void Lose(InstanceRow owner, SequenceRange range)
    {
        if (!_marked.Add((owner.Boot, range)))
            return;
        Log.RowsLost(logger, range.First, range.Last, owner.Instance, owner.Boot);
        _lost.Add((owner, range));
        MarkLost();
    }

    /// <summary>
    /// In the own journal, since that of a dead process may be closed. What finds no room waits for the next round.
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

    /// <summary>
    /// One row that the store refuses at each try must not keep all others from it: it is found by halves, and another says so in
    /// its place.
    /// </summary>
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
            await store.AppendAsync(owner, [StandInFor(refused)], ct).ConfigureAwait(false);
            Log.RowRefused(logger, refused.Sequence, refused.Instance, refused.Boot);
        }
    }

    private static AccessRow StandInFor(AccessRow refused) =>
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
