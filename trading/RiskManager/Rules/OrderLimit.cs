using Trading.Contracts;

namespace RiskManager.Rules;

internal sealed class OrderLimit(RiskOptions options) : IOpeningRule
{
    public RiskRule Rule => RiskRule.OrderLimit;

    public decimal Most(in Opening opening) => options.MaxOrderNotional / opening.Price;

    public string Explain(in Opening opening) =>
        $"One order is at most {options.MaxOrderNotional:0} dollars (MAX_ORDER_NOTIONAL).";
}
