using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>
/// The content of a record. Times are UTC; overlong texts are truncated. It has fields, since every process compiles what it
/// starts with, and accessors would be thirty methods.
/// </summary>
internal record struct JournalRecord
{
    internal AccessOperation Operation;

    internal AccessOutcome Outcome;

    internal AccessSource Source;

    internal DateTimeOffset FirstAt;

    internal DateTimeOffset LastAt;

    internal long Count;

    internal string Name;

    internal string? Version;

    internal string? Backend;

    internal string? RequestId;

    internal TimeSpan? Duration;

    internal SecretErrorCode? Error;

    /// <summary>For folded hits: the counter, and the total up to which this and earlier folds account for it.</summary>
    internal int Counter;

    internal long CountedUpTo;

    /// <summary>The intent that this record completes; 0 if none.</summary>
    internal long Intent;

    /// <summary>The record with its name truncated to the maximum length, since callers may pass any.</summary>
    internal readonly JournalRecord Bounded() =>
        Name.Length <= SecretName.MaxLength ? this : this with { Name = Name[..SecretName.MaxLength] };

    /// <summary>Writes, refusals and trips may use the last tenth of the capacity; reads may not.</summary>
    internal readonly bool MayUseReserve =>
        Operation
            is not (
                AccessOperation.Get
                or AccessOperation.Fetch
                or AccessOperation.Refresh
                or AccessOperation.Probe
                or AccessOperation.Recheck
                or AccessOperation.List
                or AccessOperation.History
                or AccessOperation.Configure
            )
        || Outcome is AccessOutcome.Refused or AccessOutcome.Denied;

    internal readonly AccessRow ToRow(InstanceRow who, long sequence) =>
        new()
        {
            Instance = who.Instance,
            Boot = who.Boot,
            Sequence = sequence,
            Service = who.Service,
            Actor = who.Actor,
            FirstAt = FirstAt,
            LastAt = LastAt,
            AccessCount = Count,
            Operation = Operation,
            Outcome = Outcome,
            Source = Source,
            Name = Name,
            Version = Version ?? "",
            Backend = Backend ?? "",
            RequestId = RequestId ?? "",
            Duration = Duration,
            Error = Error,
        };
}
