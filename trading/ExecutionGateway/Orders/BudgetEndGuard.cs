using ExecutionGateway.Broker;
using Strongroom;
using Trading.ServiceDefaults;

namespace ExecutionGateway.Orders;

/// <summary>
/// When five minutes are left until the credential is gone, be it by an outage's end or by the grace after a denial, working
/// orders that open risk are cancelled or kept, as <c>TRADING_ON_BUDGET_END</c> says: after the end nobody could. One that only
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

    /// <summary>One that the broker does not answer for keeps the others no longer than their turn.</summary>
    private const int AtOnce = 8;

    /// <summary>5 minutes of an hour's budget; a shorter hour keeps the proportion, or no order could ever rest.</summary>
    private readonly TimeSpan _left = info.CacheTtl / 12;

    private bool CancelsOrders => platform.OnBudgetEnd is not BudgetEnd.Keep;

    /// <summary>Cancels what works where the budget is nearly over; true where it is.</summary>
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

    // One order that cannot be cancelled keeps no other one on the book; the next look tries it again.
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
