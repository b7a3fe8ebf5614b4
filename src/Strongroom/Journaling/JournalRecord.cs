using Strongroom.Audit;

namespace Strongroom.Journaling;

/// <summary>What a record says. Times are UTC; texts that are too long are cut.</summary>
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

    /// <summary>For folded hits: the counter, and its total that this and all earlier folds account for.</summary>
    internal int Counter { get; init; }

    internal long CountedUpTo { get; init; }

    /// <summary>The intent whose outcome it is; 0 where there was none.</summary>
    internal long Intent { get; init; }

    /// <summary>The record with a name that is no longer than a name can be: what callers give may be of any length.</summary>
    internal JournalRecord Bounded() =>
        Name.Length <= SecretName.MaxLength ? this : this with { Name = Name[..SecretName.MaxLength] };

    /// <summary>Writes, refusals and trips may use the last tenth of the room, which reads may not.</summary>
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
