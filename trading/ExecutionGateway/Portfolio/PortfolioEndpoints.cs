using ExecutionGateway.Broker;
using Microsoft.AspNetCore.Http.HttpResults;
using Strongroom.Breaker;
using Trading.Contracts;
using Trading.ServiceDefaults;

namespace ExecutionGateway.Portfolio;

internal static class PortfolioEndpoints
{
    /// <summary><c>GET /account</c></summary>
    public static async Task<Ok<AccountReport>> AccountAsync(
        AlpacaTradingClient broker,
        ICredentialBreaker breaker,
        CancellationToken ct
    )
    {
        var account = await broker.AccountAsync(ct);
        // After the request, which may have changed the permission.
        var allowed = breaker.OrdersAllowed();
        return TypedResults.Ok(new AccountReport(account.Equity, account.LastEquity, account.Cash, account.BuyingPower, allowed));
    }

    /// <summary><c>GET /positions</c></summary>
    public static async Task<Ok<PositionsAnswer>> PositionsAsync(AlpacaTradingClient broker, CancellationToken ct)
    {
        var positions = await broker.PositionsAsync(ct);
        return TypedResults.Ok(
            new PositionsAnswer([
                .. positions.Select(position => new Position(
                    position.Symbol,
                    position.Qty,
                    position.AvgEntryPrice,
                    position.CurrentPrice ?? position.AvgEntryPrice
                )),
            ])
        );
    }
}
