using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>Identifies a counter: accesses that are equal except for their time.</summary>
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
