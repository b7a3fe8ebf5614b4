using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// An irrevocable operation that is about to be performed. Disposing it without an outcome completes it as unknown.
/// </summary>
internal sealed class AuditIntent(AuditTrail trail, long id, JournalRecord intended) : IDisposable
{
    private bool _isEnded;

    /// <summary>Whether the journal holds the intent. A process that adopts the journal completes it as unknown.</summary>
    internal bool IsKept => id != 0;

    /// <summary>Records the outcome.</summary>
    internal void Complete(in JournalRecord record)
    {
        if (_isEnded)
            return;
        _isEnded = true;
        trail.Complete(id, record);
    }

    /// <summary>Records that the operation was performed as intended.</summary>
    internal void Succeed() => Complete(As(AccessOutcome.Success));

    /// <summary>Discards the intent without a record, since nothing was done.</summary>
    internal void Withdraw()
    {
        _isEnded = true;
        trail.Journal.WithdrawIntent(id);
    }

    /// <summary>Records that nothing was done. A repeated failure is counted.</summary>
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
