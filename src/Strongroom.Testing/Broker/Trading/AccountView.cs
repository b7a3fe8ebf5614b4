namespace Strongroom.Testing;

/// <summary>An account with the prices of the same instant.</summary>
internal readonly record struct AccountView(BrokerAccount Account, AccountValue Value, Market Market, MarketMoment Moment)
{
    public decimal LastPrice(string symbol) => Market.LatestBar(symbol, Moment).Close;

    public decimal PreviousClose(string symbol) => Market.PreviousClose(symbol, Moment);
}
