namespace Strongroom.Testing;

/// <summary>An account with the prices of the same instant.</summary>
internal readonly record struct AccountView(BrokerAccount Account, AccountValue Value, Market Market, MarketMoment ClockReading)
{
    public decimal LastPrice(string symbol) => Market.LatestBar(symbol, ClockReading).Close;

    public decimal PreviousClose(string symbol) => Market.PreviousClose(symbol, ClockReading);
}
