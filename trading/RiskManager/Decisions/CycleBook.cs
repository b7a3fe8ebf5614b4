using Trading.Contracts;

namespace RiskManager.Decisions;

/// <summary>
/// Positions and working orders in one cycle. Each decided order is added, so that the next decision includes it.
/// </summary>
internal sealed class CycleBook
{
    private readonly Dictionary<string, Position> _positions;
    private readonly ILookup<string, OrderReport> _working;

    public CycleBook(AccountReport account, IReadOnlyList<Position> positions, IReadOnlyList<OrderReport> working)
    {
        Account = account;
        _positions = positions.ToDictionary(position => position.Symbol, StringComparer.Ordinal);
        _working = working.Where(order => order.IsWorking).ToLookup(order => order.Symbol, StringComparer.Ordinal);
        Gross = positions.Sum(position => Math.Abs(position.Quantity * position.Price)) + working.Where(Opens).Sum(Value);
    }

    public AccountReport Account { get; }

    /// <summary>Dollars in all positions and working entries, long and short added up.</summary>
    public decimal Gross { get; private set; }

    public decimal Held(string symbol) => _positions.GetValueOrDefault(symbol)?.Quantity ?? 0;

    /// <summary>Shares in working orders, with sign.</summary>
    public decimal Pending(string symbol) => _working[symbol].Sum(order => order.SignedRemaining);

    /// <summary>Shares in working orders of one direction, without sign.</summary>
    public decimal Pending(string symbol, int direction) =>
        _working[symbol].Select(order => order.SignedRemaining).Where(quantity => Math.Sign(quantity) == direction).Sum(Math.Abs);

    /// <summary>Whether an order makes a position smaller, even after all working orders are filled.</summary>
    public bool IsReducedBy(string symbol, decimal quantity) =>
        Held(symbol) * quantity < 0 && Math.Abs(quantity) + Pending(symbol, Math.Sign(quantity)) <= Math.Abs(Held(symbol));

    public void AddEntry(decimal notional) => Gross += notional;

    private bool Opens(OrderReport order) => Held(order.Symbol) * order.SignedRemaining >= 0;

    private decimal Value(OrderReport order) =>
        Math.Abs(order.SignedRemaining) * (order.LimitPrice ?? _positions.GetValueOrDefault(order.Symbol)?.Price ?? 0);
}
