using Strongroom.Breaker;
using Trading.Contracts;
using Trading.ServiceDefaults;

namespace RiskManager.Rules;

/// <summary>
/// Asks the gateway's word and this process's own breaker: the gateway holds the credential, and a trip by any service counts
/// here. The gateway checks once more right before the bytes leave; this one saves the way.
/// </summary>
internal sealed class TradingHalted(ICredentialBreaker breaker) : IOpeningRule
{
    public RiskRule Rule => RiskRule.TradingHalted;

    public decimal Most(in Opening opening) =>
        opening.Account.Allowed == AllowedOrders.All && breaker.OrdersAllowed() == AllowedOrders.All ? decimal.MaxValue : 0;

    public string Explain(in Opening opening) =>
        opening.Account.Allowed == AllowedOrders.Halted || breaker.OrdersAllowed() == AllowedOrders.Halted
            ? "The trading breaker is open; see strongroom breaker. Positions may only shrink."
            : "The broker's credential is in doubt or its budget runs low; positions may only shrink until it is well again.";
}
