using System.Text.Json;
using ExecutionGateway.Broker;
using ExecutionGateway.Storage;
using Strongroom;
using Trading.Contracts;
using Trading.ServiceDefaults;

namespace ExecutionGateway.Orders;

/// <summary>
/// Brings one written-down order to the broker. After an outcome that nobody knows (no answer, 5xx, 401) it is looked up by its
/// client order id, and sent again only where the broker says that it has none: at most once on the book, whatever happens.
/// </summary>
internal sealed class OrderSender(
    AlpacaTradingClient broker, OrderStore store, ExecutionOptions options, TradingSettings platform, TimeProvider time,
    ILogger<OrderSender> logger)
{
    public async Task<OrderRow> SendAsync(OrderRow row, bool mayHaveArrived, CancellationToken ct)
    {
        if (platform.DryRun)
            return await store.AppendAsync(row, new OrderEvent(OrderState.DryRun, null, 0, null, "DRY_RUN is on."), ct);

        var pause = options.RetryPause;
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            if (mayHaveArrived)
            {
                switch (await LookUpAsync(row, ct))
                {
                    case { Answered: false }:
                        return row;
                    case { Order: { } found }:
                        return await RecordAsync(row, found, ct);
                }
            }
            if (attempt > options.Attempts)
                return row;

            var outcome = await PlaceAsync(row.Report, ct);
            switch (outcome)
            {
                case PlaceOutcome.Placed placed:
                    return await RecordAsync(row, placed.Order, ct);
                // The broker also refuses a client order id that it has already.
                case PlaceOutcome.Rejected when await LookUpAsync(row, ct) is { Order: { } there }:
                    return await RecordAsync(row, there, ct);
                case PlaceOutcome.Rejected rejected:
                    Log.OrderRejected(logger, row.Report.ClientOrderId, rejected.Reason);
                    return await store.AppendAsync(row, new OrderEvent(OrderState.Rejected, null, 0, null, rejected.Reason), ct);
                case PlaceOutcome.Refused refused when !mayHaveArrived:
                    Log.OrderRefused(logger, row.Report.ClientOrderId, refused.Reason);
                    return await store.AppendAsync(row, new OrderEvent(OrderState.Refused, null, 0, null, refused.Reason), ct);
                case PlaceOutcome.Refused:
                    // An earlier attempt may still be under way; reconciling tells.
                    return row;
                case PlaceOutcome.Unknown unknown:
                    Log.OrderUnknown(logger, row.Report.ClientOrderId, attempt, unknown.Reason);
                    row = await store.AppendAsync(row, new OrderEvent(OrderState.Unknown, null, 0, null, unknown.Reason), ct);
                    mayHaveArrived = true;
                    await Task.Delay(pause, time, ct);
                    break;
            }
        }
    }

    public Task<OrderRow> RecordAsync(OrderRow row, BrokerOrder order, CancellationToken ct) =>
        store.AppendAsync(row, new OrderEvent(order.State, order.Id, order.FilledQuantity, order.FilledAveragePrice, null), ct);

    /// <summary>Asks the broker. Answered and without an order: the broker says that it has none.</summary>
    public async Task<(bool Answered, BrokerOrder? Order)> LookUpAsync(OrderRow row, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return (true, await broker.FindAsync(row.Report.ClientOrderId, both.Token));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException or SecretException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            Log.LookUpFailed(logger, row.Report.ClientOrderId, e.GetType().Name);
            return (false, null);
        }
    }

    private async Task<PlaceOutcome> PlaceAsync(OrderReport order, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await broker.PlaceAsync(order, both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new PlaceOutcome.Unknown("No answer in time.");
        }
    }
}
