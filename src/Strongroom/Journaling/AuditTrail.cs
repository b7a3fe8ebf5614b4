using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// Writes records to the journal for the layers, and enforces promise 7: in required mode, what cannot be recorded does not
/// happen. Once the journal has capacity again, one row states the period and the number of refusals.
/// </summary>
internal sealed class AuditTrail(Journal journal, bool required, TimeProvider time, ILogger logger)
{
    /// <summary>Written in the audit for names beyond the bound.</summary>
    internal const string Others = "(others)";

    /// <summary>Written for the version where so many are in use that hits are counted for each name only.</summary>
    internal const string Several = "(several)";

    /// <summary>
    /// The first of equal successes becomes a row; those within this period are counted. A regular refresh always becomes a row.
    /// </summary>
    private static readonly TimeSpan s_repeated = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly AccessTally _tally = new();
    private long _refused;
    private long _refusedSince;

    internal Journal Journal => journal;

    /// <summary>Whether records are refused for lack of capacity.</summary>
    internal bool IsRefusing => Volatile.Read(ref _refused) > 0;

    /// <summary>
    /// Records an irrevocable operation before it is performed, and reserves capacity for its outcome, so that the audit has
    /// exactly one row for it even if the process dies. An intent that is not completed ends as unknown.
    /// </summary>
    /// <exception cref="SecretAuditFailedException">Required mode, and the journal has no capacity: the operation must not be
    /// performed.</exception>
    internal AuditIntent Intend(in JournalRecord record)
    {
        var intent = TryIntend(record);
        return intent.IsKept || !required ? intent : throw Failure(record.Bounded().Name);
    }

    /// <summary>Like <see cref="Intend"/>, for an operation that is performed even without capacity.</summary>
    internal AuditIntent TryIntend(in JournalRecord record)
    {
        var bounded = record.Bounded();
        return new AuditIntent(this, journal.TryIntend(bounded), bounded);
    }

    /// <summary>Records the outcome of an intent.</summary>
    internal void Complete(long intent, in JournalRecord record)
    {
        var bounded = record.Bounded();
        if (intent == 0)
            TryRecord(bounded);
        else if (journal.TryEndIntent(intent, bounded))
            Count(bounded);
    }

    /// <summary>Records an access, or throws if it must not happen unrecorded.</summary>
    /// <exception cref="SecretAuditFailedException">Required mode, and the journal has no capacity.</exception>
    internal void Require(in JournalRecord record)
    {
        if (!TryRequire(record))
            throw Failure(record.Name);
    }

    /// <summary>Records an access, and returns whether it may happen.</summary>
    internal bool TryRequire(in JournalRecord record) => TryRecord(record) || !required;

    /// <summary>Records what has already happened, and therefore stands in both modes.</summary>
    internal bool TryRecord(in JournalRecord record) => TryAppend(record.Bounded()) || Refuse();

    /// <summary>
    /// Records a success that may repeat itself, such as a refresh. One equal to a row of the last minute is counted, so that
    /// repeated refreshes do not fill the journal. Without capacity it is counted too.
    /// </summary>
    /// <exception cref="SecretAuditFailedException">Required mode, and it can be neither recorded nor counted.</exception>
    internal void RequireOrCount(in JournalRecord record)
    {
        var bounded = record.Bounded();
        if (!TryAppendOrCount(bounded))
            Require(bounded);
    }

    /// <summary>
    /// Like <see cref="RequireOrCount"/>, for what has already happened, such as a rejection that is reported repeatedly.
    /// </summary>
    internal void RecordOrCount(in JournalRecord record)
    {
        var bounded = record.Bounded();
        if (!TryAppendOrCount(bounded))
            TryRecord(bounded);
    }

    /// <summary>
    /// Records a failure. The first of its kind becomes a row with all details; equal ones are counted, so that repeated
    /// attempts do not fill the journal. Callers choose undeclared names, so beyond a bound they are counted as others.
    /// </summary>
    internal void RecordFailure(in JournalRecord record)
    {
        var bounded = record.Bounded();
        var key = CounterKey.Of(bounded);
        if (journal.TryCountAgain(key, Timeout.InfiniteTimeSpan, journal.Counters / 2))
            return;
        if (journal.IsCounting(key) || !journal.TryCount(key with { Name = Others, Version = "" }))
            TryRecord(bounded);
    }

    /// <summary>All accesses so far, rows and hits, for metrics.</summary>
    internal IEnumerable<AccessCount> Tally() => _tally.Counts.Concat(journal.Hits());

    internal JournalRecord About(AccessOperation operation, AccessOutcome outcome, SecretName name) =>
        journal.About(operation, outcome) with
        {
            Name = name.ToString(),
        };

    /// <summary>
    /// The counter for hits on one version; if too many versions are in use, the counter for all versions of the name; if there
    /// is none either, null: each hit then becomes a row.
    /// </summary>
    internal HitCounter? OpenCounter(Secret secret, AccessSource source)
    {
        var key = new CounterKey(secret.Name.ToString(), secret.Version.Id, source);
        return journal.OpenCounter(key, journal.Counters - (journal.Counters / 3))
            ?? journal.OpenCounter(key with { Version = Several });
    }

    internal SecretAuditFailedException Failure(string name) =>
        new(
            SecretErrorCode.AuditFailed,
            "The access could not be recorded, "
                + (
                    journal.IsClosed ? "because the process is ending and its journal is closed. Nothing was returned or changed."
                    : !journal.HasCapacityForIntent
                        ? "because too many changes are in progress to record another. Nothing was changed; try again."
                    : "because the journal is full: its rows cannot be shipped to the audit database. Nothing was returned or "
                        + "changed. Restore the database; the rows are then shipped and access resumes."
                ),
            SecretName.TryParse(name, null, out var parsed) ? parsed : null
        );

    internal static AccessOutcome OutcomeOf(SecretException error) =>
        error switch
        {
            SecretNotFoundException => AccessOutcome.NotFound,
            SecretAccessDeniedException => AccessOutcome.Denied,
            SecretUnavailableException => AccessOutcome.Unavailable,
            SecretRefusedException => AccessOutcome.Refused,
            _ => AccessOutcome.Failed,
        };

    /// <summary>The outcome of a failed change is unknown if the caller gave up or the connection was lost.</summary>
    internal static AccessOutcome OutcomeOfChange(Exception error) =>
        error switch
        {
            SecretUnavailableException { Code: SecretErrorCode.TimedOut or SecretErrorCode.Unreachable } => AccessOutcome.Unknown,
            SecretException known => OutcomeOf(known),
            _ => AccessOutcome.Unknown,
        };

    private bool TryAppendOrCount(in JournalRecord bounded)
    {
        var key = CounterKey.Of(bounded);
        return journal.TryCountAgain(key, s_repeated, journal.Counters / 2) || TryAppend(bounded) || journal.TryCount(key);
    }

    private bool TryAppend(in JournalRecord record)
    {
        if ((IsRefusing && !TryCloseGap()) || !journal.TryAppend(record))
            return false;
        Count(record);
        return true;
    }

    /// <summary>The journal's own rows are not accesses.</summary>
    private void Count(in JournalRecord record)
    {
        if (record.Operation is not (AccessOperation.Open or AccessOperation.Close or AccessOperation.Gap))
            _tally.Add(record.Name, record.Outcome, record.Source, record.Count);
    }

    /// <summary>What happens after the journal is closed is not a gap in it.</summary>
    private bool Refuse()
    {
        if (journal.IsClosed)
            return false;
        lock (_gate)
        {
            if (_refused++ > 0)
                return false;
            _refusedSince = time.GetTimestamp();
        }
        Log.JournalFull(logger, journal.Pending, required);
        return false;
    }

    private bool TryCloseGap()
    {
        JournalRecord gap;
        lock (_gate)
        {
            if (_refused == 0)
                return true;
            gap = journal.About(AccessOperation.Gap, required ? AccessOutcome.Refused : AccessOutcome.Success) with
            {
                Count = _refused,
            };
            gap = gap with { FirstAt = gap.LastAt - time.GetElapsedTime(_refusedSince) };
            // The row may use the reserve, so capacity for it does not imply capacity for reads.
            if (!journal.HasCapacityForReads || !journal.TryAppend(gap))
                return false;
            _refused = 0;
        }
        Log.JournalHealed(logger, gap.Count, gap.FirstAt);
        return true;
    }
}
