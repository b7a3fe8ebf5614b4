namespace Strongroom.Vault.Tests.Support;

/// <summary>Which bundle of a fleet came back when, and how much of its budget was left when the server did.</summary>
internal sealed class FleetRecovery
{
    private readonly VaultFleet _fleet;
    private readonly Dictionary<(int Instance, string Bundle), (TimeSpan Left, int? At)> _bundles;
    private int _looks;

    public FleetRecovery(VaultFleet fleet)
    {
        _fleet = fleet;
        _bundles = All().ToDictionary(one => one.Key, one => (one.State.BudgetLeft, (int?)null));
    }

    /// <summary>After each second.</summary>
    public void Look()
    {
        _looks++;
        foreach (var (key, state) in All())
        {
            if (_bundles[key].At is null && state.Condition == BundleCondition.Healthy)
                _bundles[key] = (_bundles[key].Left, _looks);
        }
    }

    /// <summary>How many seconds it took on average until those were back that had least left, and those that had most.</summary>
    public (double Least, double Most) SecondsOfQuarters()
    {
        var sorted = _bundles.Values.OrderBy(one => one.Left).Select(one => (double)one.At!.Value).ToList();
        return (sorted.Take(sorted.Count / 4).Average(), sorted.TakeLast(sorted.Count / 4).Average());
    }

    private IEnumerable<((int Instance, string Bundle) Key, BundleState State)> All() =>
        _fleet.Instances.SelectMany(
            (instance, i) => instance.Manager.State.Bundles.Select(bundle => ((i, bundle.Bundle), bundle))
        );
}
