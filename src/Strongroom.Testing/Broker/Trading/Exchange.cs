namespace Strongroom.Testing;

/// <summary>
/// The whole state behind the paper broker: accounts, market and moment, under one lock. It outlives the server, so that
/// a broker that was down comes back with its book.
/// </summary>
internal sealed class Exchange(PaperBrokerOptions options)
{
    private readonly Lock gate = new();
    private readonly Market market = new(options);
    private readonly Dictionary<string, BrokerAccount> accounts = new(StringComparer.Ordinal);
    private readonly List<OrderAttempt> attempts = [];
    private MarketMoment moment = new(options.TradingDate, 0);
    private int eventsInMinute;

    public MarketMoment Moment
    {
        get
        {
            lock (gate)
                return moment;
        }
    }

    public BrokerAccount OpenAccount(string name)
    {
        lock (gate)
        {
            if (!accounts.TryGetValue(name, out var account))
                accounts[name] = account = new BrokerAccount(name, options.StartingCash, moment.Now);
            return account;
        }
    }

    /// <summary>Reads market and moment together, so that the answer belongs to one instant.</summary>
    public T Read<T>(Func<Market, MarketMoment, T> read)
    {
        lock (gate)
            return read(market, moment);
    }

    public T Read<T>(BrokerAccount account, Func<AccountView, T> read)
    {
        lock (gate)
            return read(new AccountView(account, Value(account), market, moment));
    }

    public IReadOnlyList<PaperOrder> Snapshot()
    {
        lock (gate)
            return [.. accounts.Values.SelectMany(a => a.Orders.Select(o => o.Snapshot(a.Name)))];
    }

    public IReadOnlyList<OrderAttempt> Attempts()
    {
        lock (gate)
            return [.. attempts];
    }

    public void Record(string account, string keyId, OrderRequest? request, int status)
    {
        lock (gate)
            attempts.Add(new OrderAttempt(account, keyId, request?.ClientOrderId, request?.Symbol, moment.Now, status));
    }

    public BrokerOrder Place(BrokerAccount account, OrderRequest request, string keyId)
    {
        lock (gate)
        {
            if (!market.Knows(request.Symbol))
                throw Refusal.Unprocessable($"asset \"{request.Symbol}\" not found");
            var clientOrderId = string.IsNullOrEmpty(request.ClientOrderId) ? Guid.NewGuid().ToString() : request.ClientOrderId;
            if (account.Has(clientOrderId))
                throw Refusal.Invalid("client_order_id must be unique");
            var order = new BrokerOrder(request, clientOrderId, keyId, account.Quantity(request.Symbol), Stamp());
            OrderRules.Check(order, account, Value(account), LastPrice(request.Symbol), options.AllowShorting);
            if (moment.IsOpen)
                order.Open();
            account.Add(order);
            return order;
        }
    }

    public BrokerOrder ClosePosition(BrokerAccount account, string symbol, decimal? quantity, decimal? percentage, string keyId)
    {
        lock (gate)
        {
            var held = account.Quantity(symbol);
            if (held == 0)
                throw Refusal.NotFound("position does not exist");
            var wanted = quantity ?? decimal.Round(Math.Abs(held) * (percentage ?? 100) / 100, 9, MidpointRounding.ToZero);
            return Place(account, OrderRequest.Market(symbol, held > 0 ? "sell" : "buy", wanted), keyId);
        }
    }

    public void Cancel(BrokerAccount account, Guid id)
    {
        lock (gate)
        {
            var order = account.Find(id) ?? throw Refusal.NotFound($"order not found for {id}");
            if (!order.IsOpen)
                throw Refusal.Unprocessable($"order is already in \"{order.Status}\" state");
            order.Cancel(Stamp());
        }
    }

    public IReadOnlyList<Guid> CancelAll(BrokerAccount account)
    {
        lock (gate)
        {
            var open = account.OpenOrders.ToList();
            foreach (var order in open)
                order.Cancel(Stamp());
            return [.. open.Select(o => o.Id)];
        }
    }

    public void CompleteBar()
    {
        lock (gate)
        {
            if (!moment.IsOpen)
                MoveTo(moment.NextMorning);
            foreach (var account in accounts.Values)
            foreach (var order in account.OpenOrders.ToList())
                Match(account, order);
            MoveTo(moment.AfterNextBar);
            if (!moment.IsOpen)
                EndDay();
        }
    }

    private void Match(BrokerAccount account, BrokerOrder order)
    {
        order.Open();
        if (Matching.Fill(order, market.Bar(order.Symbol, moment), options.ShareOfVolume) is { } fill)
        {
            account.Trade(order.Symbol, order.IsBuy ? fill.Quantity : -fill.Quantity, fill.Price);
            order.Fill(fill.Quantity, fill.Price, Stamp());
        }
        if (order.IsOpen && order.Request.TimeInForce is "ioc" or "fok")
            order.Cancel(Stamp());
    }

    private void EndDay()
    {
        foreach (var account in accounts.Values)
        {
            foreach (var order in account.OpenOrders.Where(o => o.Request.TimeInForce == "day").ToList())
                order.Expire(Stamp());
            foreach (var (symbol, holding) in account.Holdings)
                holding.EndDay(LastPrice(symbol));
            account.LastEquity = Value(account).Equity;
        }
    }

    private void MoveTo(MarketMoment next) => (moment, eventsInMinute) = (next, 0);

    private AccountValue Value(BrokerAccount account) => AccountValue.Of(account, LastPrice, options.Multiplier);

    private decimal LastPrice(string symbol) => market.LatestBar(symbol, moment).Close;

    // Events of one minute differ by a microsecond, so that paging by time neither repeats nor skips one.
    private DateTimeOffset Stamp() => moment.Now.AddMicroseconds(++eventsInMinute);
}
