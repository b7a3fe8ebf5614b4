using Trading.Contracts;

namespace RiskManager.Rules;

internal sealed class BuyingPower : IOpeningRule
{
    // The broker values a short sale above the market price, so an order for all of the buying power would be rejected.
    private const decimal Reserve = 0.95m;

    public RiskRule Rule => RiskRule.BuyingPower;

    public decimal Most(in Opening opening) => Reserve * opening.Account.BuyingPower / opening.Price;

    public string Explain(in Opening opening) => "The account's buying power does not cover more.";
}
