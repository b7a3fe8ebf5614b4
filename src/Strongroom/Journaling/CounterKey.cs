using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>What a counter counts: accesses that are equal in all but their moment.</summary>
internal readonly record struct CounterKey(
    string Name,
    string Version,
    AccessSource Source,
    AccessOperation Operation = AccessOperation.Get,
    AccessOutcome Outcome = AccessOutcome.Success,
    SecretErrorCode? Error = null
)
{
    internal static CounterKey Of(in JournalRecord record) =>
        new(record.Name, record.Version ?? "", record.Source, record.Operation, record.Outcome, record.Error);
}
