namespace Strongroom.Testing;

/// <summary>Shares of one symbol; fewer than none is a short position.</summary>
internal sealed class Holding
{
    public decimal Quantity { get; private set; }

    public decimal AverageEntryPrice { get; private set; }

    /// <summary>What the shares were worth when the day began, or what they cost since.</summary>
    public decimal IntradayBasisPrice { get; private set; }

    public decimal CostBasis => Quantity * AverageEntryPrice;

    public void Trade(decimal signedQuantity, decimal price)
    {
        var after = Quantity + signedQuantity;
        if (Quantity == 0 || Math.Sign(after) == -Math.Sign(Quantity))
            AverageEntryPrice = IntradayBasisPrice = price;
        else if (Math.Sign(signedQuantity) == Math.Sign(Quantity))
        {
            AverageEntryPrice = (AverageEntryPrice * Quantity + price * signedQuantity) / after;
            IntradayBasisPrice = (IntradayBasisPrice * Quantity + price * signedQuantity) / after;
        }
        Quantity = after;
    }

    public void EndDay(decimal close) => IntradayBasisPrice = close;
}
