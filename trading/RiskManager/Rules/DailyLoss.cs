using Trading.Contracts;

namespace RiskManager.Rules;

internal sealed class DailyLoss(RiskOptions options) : IOpeningRule
{
    public RiskRule Rule => RiskRule.DailyLoss;

    public decimal Most(in Opening opening)
    {
        var before = opening.Account.LastEquity;
        return before > 0 && (before - opening.Account.Equity) / before < options.MaxDailyLoss ? decimal.MaxValue : 0;
    }

    public string Explain(in Opening opening) =>
        $"{options.MaxDailyLoss:P1} or more of the previous close's equity is lost today (MAX_DAILY_LOSS); positions may only "
        + "shrink.";
}
