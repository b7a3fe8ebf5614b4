namespace Strongroom.Bundles;

/// <summary>
/// All that decisions about a bundle rest on, as of one instant. Immutable, so a reader never sees half of a change;
/// <see cref="CachedBundle"/> replaces it under its lock.
/// </summary>
internal sealed record BundleStatus
{
    /// <summary>How many changes came before this one.</summary>
    internal long Revision { get; init; }

    /// <summary>What is in memory, served or parked.</summary>
    internal BundleSnapshot? Held { get; init; }

    /// <summary>What was held before, the oldest first: values that a reader may still use until their own end.</summary>
    internal BundleSnapshot[] Retired { get; init; } = [];

    /// <summary>
    /// True while it is over by the wall clock alone: not served, and not ended until a fresh read has decided.
    /// </summary>
    internal bool IsParked { get; init; }

    /// <summary>Up to which mark the wall clock is believed, since a fresh read failed.</summary>
    internal int Believed { get; init; }

    /// <summary>When the newest request was sent that was answered.</summary>
    internal ClockReading NewestAnswer { get; init; }

    /// <summary>Why the last fetch failed; null where it did not.</summary>
    internal SecretException? LastError { get; init; }

    /// <summary>A denial or deletion by the backend.</summary>
    internal LossProof? Loss { get; init; }

    /// <summary>A rejection by the counterparty that is not settled.</summary>
    internal PendingRejection? PendingRejection { get; init; }

    /// <summary>The last one that the counterparty settled by accepting the credential.</summary>
    internal PendingRejection? LastSettled { get; init; }

    /// <summary>The newest version that the counterparty accepted; null where it has accepted none yet.</summary>
    internal VersionIdentity? Accepted { get; init; }

    /// <summary>What the probe that was sent last came to.</summary>
    internal ProbeProof? Proven { get; init; }

    /// <summary>What readers get.</summary>
    internal BundleSnapshot? Current => IsParked ? null : Held;

    /// <summary>The backend has surely denied or deleted it.</summary>
    internal bool IsLost => Loss is { ConfirmedAt: not null };

    internal BundleCondition Condition =>
        Current is null ? BundleCondition.Unavailable
        : PendingRejection is not null ? BundleCondition.Suspect
        : LastError is not null ? BundleCondition.Degraded
        : BundleCondition.Healthy;

    internal bool IsConfirmedSince(ClockReading since) => Current is { } current && !current.ValidatedAt.IsBefore(since);

    /// <summary>
    /// True where a probe that was sent since then found what is served accepted, and no later one found it rejected.
    /// </summary>
    internal bool IsProvenSince(ClockReading since) =>
        Current is { } current
        && Proven is { IsAccepted: true } proven
        && proven.VersionIdentity == current.VersionIdentity
        && !proven.AskedAt.IsBefore(since);

    /// <summary>
    /// True where, since then, the backend confirmed what is served and its counterparty accepted it, if it can be asked.
    /// </summary>
    internal bool IsGoodSince(ClockReading since, bool hasProbe) =>
        IsConfirmedSince(since) && (!hasProbe || IsProvenSince(since));

    /// <summary>
    /// Of two versions that were held, the newer one has the higher rank; the lowest has one that is no longer in memory.
    /// </summary>
    internal int AgeRankOf(VersionIdentity version) =>
        Held?.VersionIdentity == version ? Retired.Length : Array.FindLastIndex(Retired, old => old.VersionIdentity == version);
}

/// <summary>What was decided about an answer of the backend.</summary>
/// <param name="IsHeld">The version that the backend answered is the one in memory.</param>
/// <param name="Status">The bundle's status after it.</param>
internal readonly record struct BundleAnswer(bool IsHeld, BundleStatus Status);

/// <summary>What the backend said of a loss first, and when it was certain; null while it is not.</summary>
internal sealed record LossProof(SecretErrorCode Code, ClockReading FirstAt, ClockReading? ConfirmedAt);

/// <summary>What a probe found, and when it was sent.</summary>
internal sealed record ProbeProof(VersionIdentity VersionIdentity, ClockReading AskedAt, bool IsAccepted);
