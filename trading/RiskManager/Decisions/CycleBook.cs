using Trading.Contracts;

namespace RiskManager.Decisions;

/// <summary>
/// What is held and on its way in one cycle; each order that is decided on is added, so that the next one sees it.
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

    /// <summary>Shares on their way, with sign.</summary>
    public decimal Pending(string symbol) => _working[symbol].Sum(order => order.SignedRemaining);

    /// <summary>Shares on their way in one direction only, without sign.</summary>
    public decimal Pending(string symbol, int direction) =>
        _working[symbol].Select(order => order.SignedRemaining).Where(quantity => Math.Sign(quantity) == direction).Sum(Math.Abs);

    /// <summary>Whether an order makes a position smaller, also after all that is on its way already.</summary>
    public bool IsReducedBy(string symbol, decimal quantity) =>
        Held(symbol) * quantity < 0 && Math.Abs(quantity) + Pending(symbol, Math.Sign(quantity)) <= Math.Abs(Held(symbol));

    public void AddEntry(decimal notional) => Gross += notional;

    private bool Opens(OrderReport order) => Held(order.Symbol) * order.SignedRemaining >= 0;

    private decimal Value(OrderReport order) =>
        Math.Abs(order.SignedRemaining) * (order.LimitPrice ?? _positions.GetValueOrDefault(order.Symbol)?.Price ?? 0);
}
