using ExecutionGateway.Broker;
using Trading.ServiceDefaults;

namespace ExecutionGateway.Orders;

/// <summary>
/// Compares the working orders with the broker's book, at start and then periodically, so that a restart forgets none.
/// </summary>
internal sealed class ReconcileLoop(
    OrderService service,
    ExecutionOptions options,
    TimeProvider time,
    ILogger<ReconcileLoop> logger
) : BackgroundLoop
{
    protected override async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.ReconcileEvery, time);
        do
        {
            try
            {
                await service.ReconcileAsync(ct);
            }
            catch (Exception e) when (e is System.Data.Common.DbException || BrokerFailure.Is(e, ct))
            {
                Log.ReconcileFailed(logger, e.GetType().Name);
            }
        } while (await timer.WaitForNextTickAsync(ct));
    }
}
