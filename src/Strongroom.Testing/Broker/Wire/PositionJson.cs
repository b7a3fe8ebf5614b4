namespace Strongroom.Testing;

/// <summary>A position as <c>GET /v2/positions</c> sends it: a short one has a negative quantity, value and cost.</summary>
internal sealed record PositionJson(
    Guid AssetId,
    string Symbol,
    string Exchange,
    string AssetClass,
    bool AssetMarginable,
    string Qty,
    string QtyAvailable,
    string AvgEntryPrice,
    string Side,
    string MarketValue,
    string CostBasis,
    string UnrealizedPl,
    string UnrealizedPlpc,
    string UnrealizedIntradayPl,
    string UnrealizedIntradayPlpc,
    string CurrentPrice,
    string LastdayPrice,
    string ChangeToday
)
{
    public static PositionJson From(AccountView view, string symbol)
    {
        var holding = view.Account.Holdings[symbol];
        var price = view.LastPrice(symbol);
        var previous = view.PreviousClose(symbol);
        var gain = holding.Quantity * price - holding.CostBasis;
        var intraday = holding.Quantity * (price - holding.IntradayBasisPrice);
        return new PositionJson(
            AssetJson.IdOf(symbol),
            symbol,
            "NASDAQ",
            AssetJson.UsEquity,
            AssetMarginable: true,
            Wire.Text(holding.Quantity),
            Wire.Text(Math.Sign(holding.Quantity) * view.Account.Available(symbol)),
            Wire.Text(holding.AverageEntryPrice),
            holding.Quantity > 0 ? "long" : "short",
            Wire.Text(holding.Quantity * price),
            Wire.Text(holding.CostBasis),
            Wire.Text(gain),
            Wire.Text(gain / Math.Abs(holding.CostBasis)),
            Wire.Text(intraday),
            Wire.Text(intraday / Math.Abs(holding.Quantity * holding.IntradayBasisPrice)),
            Wire.Text(price),
            Wire.Text(previous),
            Wire.Text(price / previous - 1)
        );
    }
}

/// <summary>One line of the answer to <c>DELETE /v2/positions</c>.</summary>
internal sealed record ClosedPositionJson(string Symbol, int Status, OrderJson? Body);
