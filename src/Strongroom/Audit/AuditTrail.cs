using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Strongroom.Audit;

/// <summary>
/// What the layers write to: the journal, and the rule of promise 7. In required mode, what cannot be recorded does not happen; it
/// heals by itself and leaves one row that says from when to when and how many were refused.
/// </summary>
internal sealed class AuditTrail(Journal journal, bool required, TimeProvider time, ILogger logger)
{
    /// <summary>Stands in the audit for names beyond the bound.</summary>
    internal const string Others = "(others)";

    private readonly Lock _gate = new();
    private readonly AccessTally _tally = new();
    private readonly ConcurrentDictionary<CounterKey, HitCounter> _failures = new();
    private long _refused;
    private DateTimeOffset _refusedSince;

    internal Journal Journal => journal;

    /// <summary>True while records are refused for lack of room.</summary>
    internal bool IsRefusing => Volatile.Read(ref _refused) > 0;

    /// <summary>Whether a change that is about to be made can be recorded afterwards.</summary>
    internal bool CanRecordChange => !required || journal.HasRoomForChange;

    /// <summary>Records an access, or throws where nothing may happen unrecorded.</summary>
    /// <exception cref="SecretAuditFailedException">Required mode, and the journal has no room.</exception>
    internal void Demand(in JournalRecord record)
    {
        if (!TryDemand(record))
            throw Failure(record.Name);
    }

    /// <summary>Records an access, and says whether it may happen.</summary>
    internal bool TryDemand(in JournalRecord record) => TryRecord(record) || !required;

    /// <summary>Records what has happened already; in both modes it stays happened.</summary>
    internal bool TryRecord(in JournalRecord record)
    {
        if (IsRefusing && !TryCloseGap())
            return Refuse();
        if (!journal.TryAppend(record))
            return Refuse();
        _tally.Add(record);
        return true;
    }

    /// <summary>
    /// Records a failure. The first of its kind is a row with all that is known; equal ones after it are counted, so that a caller who
    /// tries again and again fills no journal. Names that no declaration holds may be anything, so beyond a bound they count as others.
    /// </summary>
    internal void RecordFailure(in JournalRecord record)
    {
        var key = new CounterKey(record.Name, "", AccessSource.None, record.Operation, record.Outcome, record.Error);
        if (_failures.TryGetValue(key, out var counter))
        {
            counter.Increment();
            return;
        }
        counter = journal.OpenCounter(key, most: journal.Counters / 2);
        if (counter is not null && _failures.TryAdd(key, counter))
        {
            TryRecord(record);
            return;
        }
        if ((counter ?? journal.OpenCounter(key with { Name = Others })) is { } shared)
            shared.Increment();
        else
            TryRecord(record);
    }

    /// <summary>All accesses so far, rows and hits, for metrics.</summary>
    internal IEnumerable<AccessCount> Tally() => _tally.Counts.Concat(journal.Hits());

    internal JournalRecord About(AccessOperation operation, AccessOutcome outcome, SecretName name) =>
        journal.About(operation, outcome) with { Name = name.ToString() };

    internal HitCounter? OpenCounter(Secret secret, AccessSource source) =>
        journal.OpenCounter(new CounterKey(secret.Name.ToString(), secret.Version.Id, source));

    internal static SecretAuditFailedException Failure(string name) => new(
        SecretErrorCode.AuditFailed,
        "The access could not be recorded, because the journal is full: its rows do not reach the audit database. Nothing was given out. "
        + "Bring the database back; the rows then drain and this heals by itself.",
        SecretName.TryParse(name, null, out var parsed) ? parsed : null);

    internal static AccessOutcome OutcomeOf(SecretException error) => error switch
    {
        SecretNotFoundException => AccessOutcome.NotFound,
        SecretAccessDeniedException => AccessOutcome.Denied,
        SecretUnavailableException => AccessOutcome.Unavailable,
        SecretRefusedException => AccessOutcome.Refused,
        _ => AccessOutcome.Failed,
    };

    private bool Refuse()
    {
        lock (_gate)
        {
            if (_refused++ == 0)
            {
                _refusedSince = time.GetUtcNow();
                Log.JournalFull(logger, journal.Pending, required);
            }
            return false;
        }
    }

    private bool TryCloseGap()
    {
        lock (_gate)
        {
            if (_refused == 0)
                return true;
            var gap = journal.About(AccessOperation.Gap, required ? AccessOutcome.Refused : AccessOutcome.Success) with { FirstAt = _refusedSince, Count = _refused };
            // The row uses the reserve, so room for it alone does not mean that reads have room again.
            if (!journal.HasRoomForReads || !journal.TryAppend(gap))
                return false;
            Log.JournalHealed(logger, _refused, _refusedSince);
            _refused = 0;
            return true;
        }
    }
}
