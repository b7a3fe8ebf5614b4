using Trading.Contracts;

namespace RiskManager.Rules;

internal sealed class GrossLimit(RiskOptions options) : IOpeningRule
{
    public RiskRule Rule => RiskRule.GrossLimit;

    public decimal Most(in Opening opening) => (options.MaxGrossWeight * opening.Account.Equity - opening.Gross) / opening.Price;

    public string Explain(in Opening opening) =>
        $"All positions and entries together are at most {options.MaxGrossWeight:P0} of equity (MAX_GROSS_WEIGHT).";
}
