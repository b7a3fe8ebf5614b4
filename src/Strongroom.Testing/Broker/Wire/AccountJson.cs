namespace Strongroom.Testing;

/// <summary><c>GET /v2/account</c>.</summary>
internal sealed record AccountJson(
    Guid Id,
    string AccountNumber,
    string Status,
    string CryptoStatus,
    string Currency,
    string Cash,
    string BuyingPower,
    string RegtBuyingPower,
    string DaytradingBuyingPower,
    string EffectiveBuyingPower,
    string NonMarginableBuyingPower,
    string OptionsBuyingPower,
    string AccruedFees,
    string PendingTransferIn,
    string PendingTransferOut,
    string PortfolioValue,
    bool PatternDayTrader,
    bool TradingBlocked,
    bool TransfersBlocked,
    bool AccountBlocked,
    bool TradeSuspendedByUser,
    string CreatedAt,
    bool ShortingEnabled,
    string Multiplier,
    string Equity,
    string LastEquity,
    string LongMarketValue,
    string ShortMarketValue,
    string PositionMarketValue,
    string InitialMargin,
    string MaintenanceMargin,
    string LastMaintenanceMargin,
    string Sma,
    int DaytradeCount,
    string BalanceAsof,
    int OptionsApprovedLevel,
    int OptionsTradingLevel
)
{
    public static AccountJson From(AccountView view, bool shortingEnabled)
    {
        var (account, value) = (view.Account, view.Value);
        var buyingPower = Wire.Money(value.BuyingPower);
        var cashOnly = Wire.Money(Math.Max(0, Math.Min(value.Cash, value.BuyingPower)));
        return new AccountJson(
            account.Id,
            account.Number,
            "ACTIVE",
            "INACTIVE",
            "USD",
            Wire.Money(value.Cash),
            buyingPower,
            buyingPower,
            DaytradingBuyingPower: "0",
            buyingPower,
            cashOnly,
            OptionsBuyingPower: "0",
            AccruedFees: "0",
            PendingTransferIn: "0",
            PendingTransferOut: "0",
            Wire.Money(value.Equity),
            PatternDayTrader: false,
            TradingBlocked: false,
            TransfersBlocked: false,
            AccountBlocked: false,
            TradeSuspendedByUser: false,
            Wire.Utc(account.CreatedAt),
            shortingEnabled,
            Wire.Text(value.Multiplier),
            Wire.Money(value.Equity),
            Wire.Money(account.LastEquity),
            Wire.Money(value.Long),
            Wire.Money(value.Short),
            Wire.Money(value.Long + value.Short),
            Wire.Money(value.InitialMargin),
            Wire.Money(value.MaintenanceMargin),
            LastMaintenanceMargin: "0",
            Sma: "0",
            DaytradeCount: 0,
            MarketMoment.TradingDayBefore(view.Moment.Day, 1).ToString("yyyy-MM-dd"),
            0,
            0
        );
    }
}
