using Strongroom.Breaker;
using Trading.Contracts;
using Trading.ServiceDefaults;

namespace RiskManager.Rules;

/// <summary>
/// Checks the gateway's permission and this process's own breaker: the gateway holds the credential, and a trip of any service
/// counts. The gateway checks again right before it sends; this check avoids the request.
/// </summary>
internal sealed class TradingHalted(ICredentialBreaker breaker) : IOpeningRule
{
    public RiskRule Rule => RiskRule.TradingHalted;

    public decimal Most(in Opening opening) =>
        opening.Account.Allowed == AllowedOrders.All && breaker.OrdersAllowed() == AllowedOrders.All ? decimal.MaxValue : 0;

    public string Explain(in Opening opening) =>
        opening.Account.Allowed == AllowedOrders.Halted || breaker.OrdersAllowed() == AllowedOrders.Halted
            ? "The credential breaker is halted; 'strongroom breaker' says why. Positions may only shrink."
            : "The broker's credential is in doubt or its budget runs low; positions may only shrink until it is healthy.";
}
