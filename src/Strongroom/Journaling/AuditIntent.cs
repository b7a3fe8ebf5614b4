using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// Something that is about to be done and cannot be taken back. Disposing it without an outcome ends it as unknown.
/// </summary>
internal sealed class AuditIntent(AuditTrail trail, long id, JournalRecord intended) : IDisposable
{
    private bool _isEnded;

    /// <summary>It is in the journal, and a process that takes that over ends it as unknown.</summary>
    internal bool IsKept => id != 0;

    /// <summary>Records how it ended: in time, and with what is known of it only now.</summary>
    internal void Complete(in JournalRecord record)
    {
        if (_isEnded)
            return;
        _isEnded = true;
        trail.Complete(id, record);
    }

    /// <summary>It was done as it was intended.</summary>
    internal void Succeed() => Complete(As(AccessOutcome.Success));

    /// <summary>Nothing was done, and no row is written.</summary>
    internal void Withdraw()
    {
        _isEnded = true;
        trail.Journal.WithdrawIntent(id);
    }

    /// <summary>Nothing was done; a failure that repeats itself is counted.</summary>
    internal void Fail(in JournalRecord record)
    {
        if (_isEnded)
            return;
        _isEnded = true;
        trail.Journal.WithdrawIntent(id);
        trail.RecordFailure(record);
    }

    public void Dispose() => Complete(As(AccessOutcome.Unknown));

    private JournalRecord As(AccessOutcome outcome) =>
        trail.Journal.About(intended.Operation, outcome) with
        {
            Name = intended.Name,
            Version = intended.Version,
            RequestId = intended.RequestId,
            Source = intended.Source,
        };
}
