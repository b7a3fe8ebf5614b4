using Strongroom.Breaker;
using Trading.Contracts;

namespace Trading.ServiceDefaults;

/// <summary>
/// What the credential breaker means for orders: new work is an order that opens risk, so restricted is reduce-only.
/// </summary>
public static class OrdersAllowedExtensions
{
    /// <summary>The orders that may be sent now. Cancelling and reducing are possible in every state.</summary>
    public static AllowedOrders OrdersAllowed(this ICredentialBreaker breaker)
    {
        ArgumentNullException.ThrowIfNull(breaker);
        return breaker.Permission switch
        {
            CredentialPermission.All => AllowedOrders.All,
            CredentialPermission.Restricted => AllowedOrders.ReduceOnly,
            _ => AllowedOrders.Halted,
        };
    }
}
