using Trading.Contracts;

namespace RiskManager.Rules;

internal sealed class NoShort(RiskOptions options) : IOpeningRule
{
    public RiskRule Rule => RiskRule.NoShort;

    public decimal Most(in Opening opening) => opening.IsShort && !options.AllowShort ? 0 : decimal.MaxValue;

    public string Explain(in Opening opening) => "Short positions are not allowed (ALLOW_SHORT).";
}
