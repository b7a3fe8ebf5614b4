using Strongroom.Bundles;

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
    /// True where everything was permitted for a time that is over, or for a credential that is gone or was rejected since: then
    /// it is over, whether or not it was decided again. By every clock: a machine that slept or stood still has not looked yet.
    /// Takes no lock, so that it can be asked just before a request is sent.
    /// </summary>
    internal bool IsOverdue =>
        (_allowance is { } allowance && clocks.Since(allowance.DecidedAt) >= allowance.Length)
        || Array.Exists(_cachedBundles, cached => cached.Status is { Current: null } or { PendingRejection: not null });

    internal (CredentialPermission Permission, string Why) Decide()
    {
        var now = clocks.Now;
        var most = TimeSpan.MaxValue;
        foreach (var cached in _cachedBundles)
        {
            // At worst: what a wall clock alone says is believed here, since it can be taken back as soon as a fresh read has
            // decided.
            var status = cached.Status;
            var left = cached.LeftAtWorst(status) - _floor;
            most = left < most ? left : most;
            var why = status switch
            {
                { IsParked: true } => "is over by the wall clock, which may be wrong, and is being read again",
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
    /// Which bundles' counterparties can be asked; null while the backend has not confirmed every credential since a moment. It
    /// runs the application's code, so no lock may be held.
    /// </summary>
    internal bool[]? FindProbes(ClockReading since) =>
        Array.TrueForAll(_cachedBundles, cached => cached.Status.IsConfirmedSince(since))
            ? Array.ConvertAll(_cachedBundles, cached => hasProbe(cached))
            : null;

    /// <summary>
    /// True where, since that moment, the backend confirmed every credential and its counterparty accepted it (where one can be
    /// asked). That settles what was suspected of them before, and nothing that was reported after.
    /// </summary>
    internal bool ProveSince(ClockReading since, bool[] hasProbes)
    {
        for (var i = 0; i < _cachedBundles.Length; i++)
        {
            if (!_cachedBundles[i].Status.IsGoodSince(since, hasProbes[i]))
                return false;
        }
        for (var i = 0; i < _cachedBundles.Length; i++)
            _cachedBundles[i].SettleProven(since, hasProbes[i]);
        return true;
    }

    /// <summary>For how long everything is permitted.</summary>
    private sealed record Allowance(ClockReading DecidedAt, TimeSpan Length);
}
