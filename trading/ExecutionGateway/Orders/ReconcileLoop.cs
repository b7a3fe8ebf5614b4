using ExecutionGateway.Broker;

namespace ExecutionGateway.Orders;

/// <summary>Compares the working orders with the broker's book, at start and then again and again: a restart forgets none.</summary>
internal sealed class ReconcileLoop(OrderDesk desk, ExecutionOptions options, TimeProvider time, ILogger<ReconcileLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ReconcileEvery, time);
        do
        {
            try
            {
                await desk.ReconcileAsync(stoppingToken);
            }
            catch (Exception e) when (e is System.Data.Common.DbException || BrokerFailure.Is(e, stoppingToken))
            {
                Log.ReconcileFailed(logger, e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
