using ExecutionGateway.Broker;
using Strongroom;
using Trading.ServiceDefaults;

namespace ExecutionGateway.Orders;

/// <summary>
/// Five minutes before the credential expires, by an outage or by the grace period after a denial, cancels or keeps working
/// orders that open risk, as <c>TRADING_ON_BUDGET_END</c> says; afterwards they can no longer be cancelled. An order that only
/// reduces stays on the book.
/// </summary>
internal sealed class BudgetEndGuard(
    ISecretManager secrets,
    StrongroomInfo info,
    OrderStore store,
    OrderService service,
    TradingSettings platform,
    TimeProvider time,
    ILogger<BudgetEndGuard> logger
) : BackgroundLoop
{
    /// <summary>A short grace or budget leaves little time between the mark and the end.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    /// <summary>Limits how long one order without a response from the broker delays the others.</summary>
    private const int AtOnce = 8;

    /// <summary>5 minutes of an hour's budget; a shorter hour keeps the proportion, or no order could ever rest.</summary>
    private readonly TimeSpan _left = info.CacheTtl / 12;

    private bool CancelsOrders => platform.OnBudgetEnd is not BudgetEnd.Keep;

    /// <summary>Cancels working orders where the budget is nearly over; true where it is.</summary>
    public async Task<bool> LookAsync(CancellationToken ct)
    {
        var bundle = secrets.State.Bundles.FirstOrDefault(state => state.Bundle == "alpaca");
        if (bundle is not { Version: not null } || bundle.BudgetLeft > _left)
            return false;
        if (CancelsOrders)
        {
            await Parallel.ForEachAsync(
                (await store.WorkingAsync(ct)).Where(row => row.Report.OpensRisk),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
                async (row, token) => await CancelAsync(row.Report.ClientOrderId, token)
            );
        }
        return true;
    }

    protected override async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(s_look, time);
        var told = false;
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                var ends = await LookAsync(ct);
                if (ends && !told)
                    Log.BudgetEnds(logger, CancelsOrders ? "cancelled" : "kept");
                told = ends;
            }
            catch (Exception e) when (e is SecretException or System.Data.Common.DbException)
            {
                Log.ReconcileFailed(logger, e.GetType().Name);
            }
        }
    }

    // An order that cannot be cancelled must not keep the others on the book; the next check tries it again.
    private async Task CancelAsync(string clientOrderId, CancellationToken ct)
    {
        try
        {
            await service.CancelAsync(clientOrderId, ct);
        }
        catch (Exception e) when (BrokerFailure.Is(e, ct))
        {
            Log.LookUpFailed(logger, clientOrderId, e.GetType().Name);
        }
    }
}
