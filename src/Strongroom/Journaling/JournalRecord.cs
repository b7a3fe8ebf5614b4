using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>The content of a record. Times are UTC; overlong texts are truncated.</summary>
internal readonly record struct JournalRecord
{
    internal AccessOperation Operation { get; init; }

    internal AccessOutcome Outcome { get; init; }

    internal AccessSource Source { get; init; }

    internal DateTimeOffset FirstAt { get; init; }

    internal DateTimeOffset LastAt { get; init; }

    internal long Count { get; init; }

    internal string Name { get; init; }

    internal string? Version { get; init; }

    internal string? Backend { get; init; }

    internal string? RequestId { get; init; }

    internal TimeSpan? Duration { get; init; }

    internal SecretErrorCode? Error { get; init; }

    /// <summary>For folded hits: the counter, and the total up to which this and earlier folds account for it.</summary>
    internal int Counter { get; init; }

    internal long CountedUpTo { get; init; }

    /// <summary>The intent that this record completes; 0 if none.</summary>
    internal long Intent { get; init; }

    /// <summary>The record with its name truncated to the maximum length, since callers may pass any.</summary>
    internal JournalRecord Bounded() =>
        Name.Length <= SecretName.MaxLength ? this : this with { Name = Name[..SecretName.MaxLength] };

    /// <summary>Writes, refusals and trips may use the last tenth of the capacity; reads may not.</summary>
    internal bool MayUseReserve =>
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

    internal AccessRow ToRow(InstanceRow who, long sequence) =>
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
