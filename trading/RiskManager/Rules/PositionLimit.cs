using Trading.Contracts;

namespace RiskManager.Rules;

internal sealed class PositionLimit(RiskOptions options) : IOpeningRule
{
    public RiskRule Rule => RiskRule.PositionLimit;

    public decimal Most(in Opening opening) =>
        options.MaxPositionWeight * opening.Account.Equity / opening.Price - opening.Exposure;

    public string Explain(in Opening opening) =>
        $"At most {options.MaxPositionWeight:P0} of equity is held in one symbol (MAX_POSITION_WEIGHT).";
}
