using Strongroom.Bundles;

namespace Strongroom;

/// <summary>
/// A version that its counterparty rejected, and the one recheck that all reports of it share. Immutable:
/// <see cref="CachedBundle"/> replaces it under its lock.
/// </summary>
/// <param name="VersionIdentity">What was rejected.</param>
/// <param name="RejectedAt">When the rejection was reported; a recheck does not change that.</param>
/// <param name="BegunAt">When the last recheck began.</param>
/// <param name="NewestReadAt">When the newest that was rejected had been read, and so the earliest that its request was
/// sent.</param>
internal sealed record PendingRejection(
    VersionIdentity VersionIdentity,
    ClockReading RejectedAt,
    ClockReading BegunAt,
    ClockReading NewestReadAt
)
{
    private readonly TaskCompletionSource<RejectionOutcome> _recheck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When the backend confirmed this very version; null while it could not be confirmed.</summary>
    internal ClockReading? ConfirmedAt { get; init; }

    /// <summary>How long after its beginning the next recheck may begin.</summary>
    internal TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(30);

    internal Task<RejectionOutcome> Recheck => _recheck.Task;

    /// <summary>The recheck is over, or none is needed yet.</summary>
    internal PendingRejection CompleteRecheck(RejectionOutcome outcome)
    {
        _recheck.TrySetResult(outcome);
        return this;
    }

    /// <summary>Another rejection of what was read at a moment.</summary>
    internal PendingRejection With(ClockReading readAt) =>
        NewestReadAt.IsBefore(readAt) ? this with { NewestReadAt = readAt } : this;

    /// <summary>True where both are states of one rejection, with the same recheck.</summary>
    internal bool IsSameAs(PendingRejection other) => _recheck == other._recheck;
}

/// <summary>What a report of a rejection leads to.</summary>
internal enum RejectionStep
{
    /// <summary>Another version is held: the caller has to read it.</summary>
    Superseded,

    /// <summary>The recheck that was begun before answers this report too.</summary>
    Joins,

    /// <summary>The version is suspect from now on; its recheck has to be carried out unless it is completed.</summary>
    Raises,

    /// <summary>It was suspect before, and has to be rechecked again.</summary>
    RechecksAgain,

    /// <summary>The backend had confirmed it before what was rejected was read: it is unusable.</summary>
    Trips,
}

/// <summary>What was decided about a report of a rejection, and the bundle's status after it.</summary>
internal readonly record struct RejectionDecision(RejectionStep Step, BundleStatus Status);
