using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// What the layers write to: the journal, and the rule of promise 7. In required mode, what cannot be recorded does not happen;
/// it heals by itself and leaves one row that says from when to when and how many were refused.
/// </summary>
internal sealed class AuditTrail(Journal journal, bool required, TimeProvider time, ILogger logger)
{
    /// <summary>Written in the audit for names beyond the bound.</summary>
    internal const string Others = "(others)";

    /// <summary>Written for the version where so many are in use that hits are counted for each name only.</summary>
    internal const string Several = "(several)";

    /// <summary>
    /// The first of equal successes is a row, those so long after it are counted: a refresh in its turn is always a row.
    /// </summary>
    private static readonly TimeSpan s_repeated = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly AccessTally _tally = new();
    private long _refused;
    private long _refusedSince;

    internal Journal Journal => journal;

    /// <summary>True while records are refused for lack of room.</summary>
    internal bool IsRefusing => Volatile.Read(ref _refused) > 0;

    /// <summary>
    /// Writes down what is about to be done, where it cannot be taken back, and keeps room for how it ends: there is one row for
    /// each, whatever becomes of the process. Its receiver completes it, or it ends as unknown.
    /// </summary>
    /// <exception cref="SecretAuditFailedException">Required mode, and the journal has no room: it must not be done.</exception>
    internal AuditIntent Intend(in JournalRecord record)
    {
        var intent = TryIntend(record);
        return intent.IsKept || !required ? intent : throw Failure(record.Bounded().Name);
    }

    /// <summary>The same for what happens whether or not there is room for it.</summary>
    internal AuditIntent TryIntend(in JournalRecord record)
    {
        var bounded = record.Bounded();
        return new AuditIntent(this, journal.TryIntend(bounded), bounded);
    }

    /// <summary>Records how what was intended ended.</summary>
    internal void Complete(long intent, in JournalRecord record)
    {
        var bounded = record.Bounded();
        if (intent == 0)
            TryRecord(bounded);
        else if (journal.TryEndIntent(intent, bounded))
            Count(bounded);
    }

    /// <summary>Records an access, or throws where nothing may happen unrecorded.</summary>
    /// <exception cref="SecretAuditFailedException">Required mode, and the journal has no room.</exception>
    internal void Require(in JournalRecord record)
    {
        if (!TryDemand(record))
            throw Failure(record.Name);
    }

    /// <summary>Records an access, and says whether it may happen.</summary>
    internal bool TryDemand(in JournalRecord record) => TryRecord(record) || !required;

    /// <summary>Records what has happened already; in both modes it stays happened.</summary>
    internal bool TryRecord(in JournalRecord record) => TryAppend(record.Bounded()) || Refuse();

    /// <summary>
    /// Records a success that may say nothing new, such as a refresh: one that is equal to a row of the last minute is counted,
    /// so that repeated refreshes do not fill the journal. Where the journal has no room left, it is counted too.
    /// </summary>
    /// <exception cref="SecretAuditFailedException">Required mode, and it can be neither recorded nor counted.</exception>
    internal void RequireOrCount(in JournalRecord record)
    {
        var bounded = record.Bounded();
        if (!TryAppendOrCount(bounded))
            Require(bounded);
    }

    /// <summary>
    /// As <see cref="RequireOrCount"/>, of what has happened already, such as a rejection that is reported again and again.
    /// </summary>
    internal void RecordOrCount(in JournalRecord record)
    {
        var bounded = record.Bounded();
        if (!TryAppendOrCount(bounded))
            TryRecord(bounded);
    }

    /// <summary>
    /// Records a failure. The first of its kind is a row with all that is known; equal ones after it are counted, so that a
    /// caller who tries again and again fills no journal. Names that no declaration holds may be anything, so beyond a bound they
    /// count as others.
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
    /// The counter for hits on one version; where too many versions are in use, that for all versions of the name. Null where not
    /// even that can be had: each hit is a row then.
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
                    journal.IsClosed ? "because the process ends and its journal is closed. Nothing was given out or changed."
                    : !journal.HasRoomForIntent
                        ? "because as many changes are under way as can be recorded at once. Nothing was changed; try again."
                    : "because the journal is full: its rows do not reach the audit database. Nothing was given out or changed. "
                        + "Bring the database back; the rows then drain and this heals by itself."
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

    /// <summary>
    /// A caller that gave up or lost the connection does not know whether it was made, and the audit must not claim to.
    /// </summary>
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

    /// <summary>The journal's own rows are no accesses.</summary>
    private void Count(in JournalRecord record)
    {
        if (record.Operation is not (AccessOperation.Open or AccessOperation.Close or AccessOperation.Gap))
            _tally.Add(record.Name, record.Outcome, record.Source, record.Count);
    }

    /// <summary>What comes after the end of the journal is no gap in it.</summary>
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
            // The row uses the reserve, so room for it alone does not mean that reads have room again.
            if (!journal.HasRoomForReads || !journal.TryAppend(gap))
                return false;
            _refused = 0;
        }
        Log.JournalHealed(logger, gap.Count, gap.FirstAt);
        return true;
    }
}
