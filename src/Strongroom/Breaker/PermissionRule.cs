using Strongroom.Caching;

namespace Strongroom.Breaker;

/// <summary>What the credentials allow, trips aside: full trading needs every <c>halt</c> bundle in memory, unsuspected, and with budget left.</summary>
internal sealed class PermissionRule(IReadOnlyList<BundleCell> cells, Func<BundleCell, bool> hasProbe, CacheSettings settings)
{
    private readonly BundleCell[] _cells = [.. cells.Where(cell => cell.Bundle.OnLoss == LossEffect.Halt)];

    /// <summary>20 minutes of an hour's budget; a shorter hour keeps the proportion, or it would never allow anything.</summary>
    private readonly TimeSpan _floor = settings.Ttl / 3;

    internal IReadOnlyList<BundleCell> Cells => _cells;

    internal (TradingPermission Permission, string Why) Decide()
    {
        foreach (var cell in _cells)
        {
            var why = cell switch
            {
                { Current: null } => "is not in memory",
                { Suspicion: not null } => "was rejected by its counterparty, and that is not settled",
                { IsLost: true } => "is denied or deleted in the backend",
                _ when cell.BudgetLeft <= _floor => $"has less than {_floor.TotalMinutes:0} minutes of its outage budget left",
                _ => null,
            };
            if (why is not null)
                return (TradingPermission.ReduceOnly, $"the credential '{cell.Bundle.Id}' {why}");
        }
        return (TradingPermission.All, "all credentials are valid");
    }

    /// <summary>
    /// True where, since that moment, the backend confirmed every credential and its counterparty accepted it (where one can be
    /// asked). That settles what was suspected of them before, and nothing that was reported after.
    /// </summary>
    internal bool ProveSince(Moment since)
    {
        if (!Array.TrueForAll(_cells, cell => cell.IsConfirmedSince(since) && (!hasProbe(cell) || cell.IsProvenSince(since))))
            return false;
        foreach (var cell in _cells)
        {
            var settledAt = hasProbe(cell) && cell.Proven is { } proven ? proven.AskedAt : since;
            if (cell.Suspicion is { } suspicion && suspicion.RejectedAt.Timestamp <= settledAt.Timestamp)
                cell.Suspicion = null;
        }
        return true;
    }
}
