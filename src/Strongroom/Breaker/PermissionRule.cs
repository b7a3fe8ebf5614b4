using Strongroom.Caching;

namespace Strongroom.Breaker;

/// <summary>
/// What the credentials allow, trips aside: <see cref="CredentialPermission.All"/> needs every <c>halt</c> bundle in memory,
/// unsuspected, and with budget left.
/// </summary>
internal sealed class PermissionRule(
    IReadOnlyList<CachedBundle> cachedBundles,
    Func<CachedBundle, bool> hasProbe,
    CacheSettings settings,
    ElapsedClock clocks
)
{
    private readonly CachedBundle[] _cachedBundles = [.. cachedBundles.Where(cached => cached.Bundle.OnLoss == LossEffect.Halt)];

    private readonly TimeSpan _floor = settings.RestrictedFloor;

    private volatile Allowance? _allowance;

    internal IReadOnlyList<CachedBundle> CachedBundles => _cachedBundles;

    /// <summary>
    /// True where everything was permitted for a time that is over, or for a credential that is gone: then it is over, whether or
    /// not it was decided again. By every clock: a machine that slept or stood still has not looked yet. No lock, so that whoever
    /// is about to send bytes can ask.
    /// </summary>
    internal bool IsOverdue =>
        (_allowance is { } allowance && clocks.Since(allowance.DecidedAt) >= allowance.Length)
        || Array.Exists(_cachedBundles, cached => cached.Current is null);

    internal (CredentialPermission Permission, string Why) Decide()
    {
        var now = clocks.Now;
        var most = TimeSpan.MaxValue;
        foreach (var cached in _cachedBundles)
        {
            // At worst: what a wall clock alone says is believed here, since it can be taken back as soon as a fresh read has
            // decided.
            var left = cached.LeftAtWorst - _floor;
            most = left < most ? left : most;
            var why = cached switch
            {
                { IsParked: true } => "is over by the wall clock, which may be wrong, and is being read anew",
                { Current: null } => "is not in memory",
                { PendingRejection: not null } => "was rejected by its counterparty, and that is not settled",
                { IsLost: true } => "is denied or deleted in the backend",
                _ when left <= TimeSpan.Zero => $"has less than {_floor.TotalMinutes:0} minutes of its outage budget left",
                _ => null,
            };
            if (why is not null)
                return (CredentialPermission.Restricted, $"the credential '{cached.Bundle.Id}' {why}");
        }
        _allowance = most == TimeSpan.MaxValue ? null : new Allowance(now, most);
        return (CredentialPermission.All, "all credentials are valid");
    }

    /// <summary>
    /// True where, since that moment, the backend confirmed every credential and its counterparty accepted it (where one can be
    /// asked). That settles what was suspected of them before, and nothing that was reported after.
    /// </summary>
    internal bool ProveSince(ClockReading since)
    {
        if (
            !Array.TrueForAll(_cachedBundles, cached =>
                cached.IsConfirmedSince(since) && (!hasProbe(cached) || cached.IsProvenSince(since))
            )
        )
            return false;
        foreach (var cached in _cachedBundles)
        {
            var settledAt =
                hasProbe(cached) && cached.Current is { } current && cached.ProvenAt(current.Generation) is { } askedAt
                    ? askedAt
                    : since;
            if (cached.PendingRejection is { } suspicion && suspicion.RejectedAt.IsBefore(settledAt))
                cached.TrySettle(suspicion, settledAt);
        }
        return true;
    }

    /// <summary>For how long everything is permitted.</summary>
    private sealed record Allowance(ClockReading DecidedAt, TimeSpan Length);
}
