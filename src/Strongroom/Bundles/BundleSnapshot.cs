using Strongroom.Audit;
using Strongroom.Journaling;

namespace Strongroom.Bundles;

/// <summary>
/// A bundle as the backend last confirmed it: all its secrets, one version. Immutable, so a reader that holds one never sees half
/// of the next.
/// </summary>
internal sealed class BundleSnapshot(Secret[] secrets, VersionIdentity version, ClockReading validatedAt, AccessSource source)
{
    /// <summary>One for each secret of the bundle, in the declaration's order.</summary>
    internal Secret[] Secrets { get; } = secrets;

    internal VersionIdentity VersionIdentity { get; } = version;

    /// <summary>When the request was sent that made the backend confirm it.</summary>
    internal ClockReading ValidatedAt { get; } = validatedAt;

    /// <summary>
    /// What a hit on it counts as: <see cref="AccessSource.Cache"/>, or <see cref="AccessSource.Stale"/> after a failed fetch.
    /// </summary>
    internal AccessSource Source { get; } = source;

    /// <summary>The audit layer's counters for hits on this snapshot, made at the first hit.</summary>
    internal HitCounter[]? Counters;

    internal BundleSnapshot Confirmed(ClockReading validatedAt) =>
        new(Secrets, VersionIdentity, validatedAt, AccessSource.Cache)
        {
            Counters = Source == AccessSource.Cache ? Counters : null,
        };

    internal BundleSnapshot AsStale() =>
        Source == AccessSource.Stale ? this : new(Secrets, VersionIdentity, ValidatedAt, AccessSource.Stale);

    /// <summary>Handles that callers kept give nothing while it is parked, and everything again after.</summary>
    internal void SetParked(bool isParked)
    {
        foreach (var secret in Secrets)
            secret.Value.IsParked = isParked;
    }

    /// <summary>Zeroes the values. Reveals under way end first.</summary>
    internal void Expire()
    {
        foreach (var secret in Secrets)
            secret.Value.Dispose();
    }
}
