using ExecutionGateway.Broker;
using Trading.Contracts;

namespace ExecutionGateway.Orders;

/// <summary>
/// Accepts, cancels and reconciles orders. An order is stored before it is sent, so that no crash loses one.
/// </summary>
internal sealed class OrderService(
    OrderStore store,
    OrderSender sender,
    AlpacaTradingClient broker,
    OrderLocks locks,
    ExecutionOptions options,
    TimeProvider time,
    ILogger<OrderService> logger
)
{
    /// <summary>Accepts an order; null where another order with that id exists.</summary>
    public async Task<OrderReport?> SubmitAsync(SubmitOrder order, CancellationToken ct)
    {
        using var hold = await locks.HoldAsync(order.ClientOrderId, ct);
        var row = await store.FindAsync(order.ClientOrderId, ct);
        if (row is not null && !IsSame(row.Report, order))
            return null;
        if (row is { Report.State: not (OrderState.Pending or OrderState.Unknown) })
            return row.Report;
        var isNew = row is null;
        row ??= await WriteDownAsync(order, ct);
        return (await sender.SendAsync(row, mayHaveArrived: !isNew, DecideAgainAsync, ct)).Report;
    }

    /// <summary>
    /// Cancels an order; null where there is none with that id. An order that can no longer fill is returned as it is.
    /// </summary>
    /// <exception cref="HttpRequestException">The broker is unreachable.</exception>
    public async Task<OrderReport?> CancelAsync(string clientOrderId, CancellationToken ct)
    {
        using var hold = await locks.HoldAsync(clientOrderId, ct);
        var row = await store.FindAsync(clientOrderId, ct);
        if (row is null || (!row.Report.IsWorking && !NeverSeenThere(row)))
            return row?.Report;
        if (row.BrokerOrderId is not { } brokerOrderId)
        {
            if (await broker.FindAsync(clientOrderId, ct, isForCancel: true) is not { } found)
                return row.Report.IsWorking ? (await sender.MissAsync(row, ct)).Report : row.Report;
            (row, brokerOrderId) = (await sender.RecordAsync(row, found, ct), found.Id);
        }
        await broker.CancelAsync(brokerOrderId, ct);
        return await broker.FindAsync(clientOrderId, ct, isForCancel: true) is { } after
            ? (await sender.RecordAsync(row, after, ct)).Report
            : row.Report;
    }

    /// <summary>
    /// Updates every working order to the broker's state. An order that cannot be looked up stays as it is.
    /// </summary>
    public async Task ReconcileAsync(CancellationToken ct)
    {
        foreach (var known in await store.WorkingAsync(ct))
        {
            using var hold = await locks.HoldAsync(known.Report.ClientOrderId, ct);
            // Its state may have changed while this waited for the lock.
            if (await store.FindAsync(known.Report.ClientOrderId, ct) is not { Report.IsWorking: true } row)
                continue;
            var (answered, order) = await sender.LookUpAsync(row, ct);
            if (answered)
                _ = order is null ? await sender.MissAsync(row, ct) : await sender.RecordAsync(row, order, ct);
        }
    }

    /// <summary>The working orders, in the broker's state where it is reachable.</summary>
    public async Task<IReadOnlyList<OrderReport>> WorkingAsync(CancellationToken ct)
    {
        await ReconcileAsync(ct);
        return [.. (await store.WorkingAsync(ct)).Select(row => row.Report)];
    }

    /// <summary>
    /// Decides and stores under the symbol's lock, so that of two concurrent orders the second decision includes the first
    /// order.
    /// </summary>
    private async Task<OrderRow> WriteDownAsync(SubmitOrder order, CancellationToken ct)
    {
        using var hold = await locks.HoldSymbolAsync(order.Symbol, ct);
        return await store.AddAsync(order, await OpensRiskAsync(order, ct), ct);
    }

    /// <summary>Decides again before a later attempt, since the position may have changed. Null where it is unknown.</summary>
    private async Task<OrderRow?> DecideAgainAsync(OrderRow row, CancellationToken ct)
    {
        var known = row.Report;
        using var hold = await locks.HoldSymbolAsync(known.Symbol, ct);
        try
        {
            var opens = await OpensRiskAsync(
                new SubmitOrder(
                    known.ClientOrderId,
                    known.RunId,
                    known.Cycle,
                    known.Symbol,
                    known.Side,
                    known.Quantity,
                    known.Kind,
                    known.LimitPrice
                ),
                ct
            );
            return await store.AppendAsync(
                row,
                new OrderEvent(
                    known.State,
                    row.BrokerOrderId,
                    known.FilledQuantity,
                    known.FilledAveragePrice,
                    known.Reason,
                    opens
                ),
                ct
            );
        }
        catch (Exception e) when (BrokerFailure.Is(e, ct))
        {
            Log.PositionUnknown(logger, known.ClientOrderId, e.GetType().Name);
            return null;
        }
    }

    /// <summary>Own orders before positions: one that fills between the two reads is seen in both, never in neither.</summary>
    private async Task<bool> OpensRiskAsync(SubmitOrder order, CancellationToken ct)
    {
        var working = (await store.WorkingAsync(ct))
            .Select(row => row.Report)
            .Where(other => other.ClientOrderId != order.ClientOrderId)
            .ToList();
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var position = (await broker.PositionsAsync(both.Token, isForOrder: true)).FirstOrDefault(position =>
            position.Symbol == order.Symbol
        );
        return PositionRisk.Opens(order, position?.Qty ?? 0, working)
            || order.Quantity > Math.Abs(position?.QtyAvailable ?? position?.Qty ?? 0);
    }

    /// <summary>
    /// It was given up without ever being seen on the book; if it is there after all, it can be cancelled.
    /// </summary>
    private static bool NeverSeenThere(OrderRow row) =>
        row is { BrokerOrderId: null, Report.State: OrderState.Rejected or OrderState.Lost };

    private static bool IsSame(OrderReport known, SubmitOrder order) =>
        known.Symbol == order.Symbol
        && known.Side == order.Side
        && known.Quantity == order.Quantity
        && known.Kind == order.Kind
        && known.LimitPrice == order.LimitPrice
        && known.RunId == order.RunId
        && known.Cycle == order.Cycle;
}
