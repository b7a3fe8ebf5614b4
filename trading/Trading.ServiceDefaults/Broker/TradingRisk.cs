namespace Trading.ServiceDefaults;

/// <summary>How a broker client says whether an order opens risk: <c>request.Options.Set(TradingRisk.Opens, …)</c>.</summary>
public static class TradingRisk
{
    /// <summary>
    /// True for an order that opens risk, false for one that reduces it. An order without it counts as opening.
    /// </summary>
    public static readonly HttpRequestOptionsKey<bool> Opens = new("trading.opens_risk");
}
