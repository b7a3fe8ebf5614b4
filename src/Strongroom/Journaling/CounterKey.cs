using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>Identifies a counter: accesses that are equal except for their time.</summary>
internal sealed record CounterKey(
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

    // The generated ones have a comparer compiled for each enumeration, in every process that starts.
    public bool Equals(CounterKey? other) =>
        other is not null
        && Source == other.Source
        && Operation == other.Operation
        && Outcome == other.Outcome
        && Error == other.Error
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && string.Equals(Version, other.Version, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Name, Version);
}
