namespace Strongroom.Testing;

/// <summary>One customer's money, positions and orders. Touched only under the exchange's lock.</summary>
internal sealed class BrokerAccount(string name, decimal startingCash, DateTimeOffset createdAt)
{
    private readonly Dictionary<string, BrokerOrder> byClientOrderId = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, BrokerOrder> byId = [];

    public Guid Id { get; } = Guid.NewGuid();

    public string Number { get; } = "PA" + KeyPair.RandomText(10, KeyPair.UpperCase);

    public string Name => name;

    public DateTimeOffset CreatedAt => createdAt;

    public decimal Cash { get; private set; } = startingCash;

    public decimal LastEquity { get; set; } = startingCash;

    public SortedDictionary<string, Holding> Holdings { get; } = new(StringComparer.Ordinal);

    public List<BrokerOrder> Orders { get; } = [];

    public IEnumerable<BrokerOrder> OpenOrders => Orders.Where(o => o.IsOpen);

    public bool Add(BrokerOrder order)
    {
        if (!byClientOrderId.TryAdd(order.ClientOrderId, order))
            return false;
        byId.Add(order.Id, order);
        Orders.Add(order);
        return true;
    }

    public bool Has(string clientOrderId) => byClientOrderId.ContainsKey(clientOrderId);

    public BrokerOrder? Find(Guid id) => byId.GetValueOrDefault(id);

    public BrokerOrder? Find(string clientOrderId) => byClientOrderId.GetValueOrDefault(clientOrderId);

    public decimal Quantity(string symbol) => Holdings.TryGetValue(symbol, out var holding) ? holding.Quantity : 0;

    /// <summary>Shares of a position that no working order is about to close.</summary>
    public decimal Available(string symbol)
    {
        var quantity = Quantity(symbol);
        var held = OpenOrders.Where(o => o.Symbol == symbol && o.IsBuy == quantity < 0).Sum(o => o.Remaining);
        return Math.Max(0, Math.Abs(quantity) - held);
    }

    public void Trade(string symbol, decimal signedQuantity, decimal price)
    {
        if (!Holdings.TryGetValue(symbol, out var holding))
            Holdings[symbol] = holding = new Holding();
        holding.Trade(signedQuantity, price);
        Cash -= signedQuantity * price;
        if (holding.Quantity == 0)
            Holdings.Remove(symbol);
    }
}
