using ExecutionGateway.Broker;
using ExecutionGateway.Storage;
using Trading.Contracts;

namespace ExecutionGateway.Orders;

/// <summary>Takes, cancels and compares orders. An order is written down before it is sent, so that no crash can lose one.</summary>
internal sealed class OrderDesk(
    OrderStore store, OrderSender sender, AlpacaTradingClient broker, OrderLocks locks, ExecutionOptions options, TimeProvider time,
    ILogger<OrderDesk> logger)
{
    private const string MissedOnce = "The broker does not know it (yet).";

    /// <summary>Takes an order; null where another order of that name exists.</summary>
    public async Task<OrderReport?> SubmitAsync(SubmitOrder order, CancellationToken ct)
    {
        using var hold = await locks.HoldAsync(order.ClientOrderId, ct);
        var row = await store.FindAsync(order.ClientOrderId, ct);
        if (row is not null && !IsSame(row.Report, order))
            return null;
        if (row is { Report.State: not (OrderState.Pending or OrderState.Unknown) })
            return row.Report;
        var isNew = row is null;
        row ??= await store.AddAsync(order, await OpensRiskAsync(order, ct), ct);
        return (await sender.SendAsync(row, mayHaveArrived: !isNew, ct)).Report;
    }

    /// <summary>Takes an order off the book; null where there is none of that name. What cannot fill any more is given as it is.</summary>
    /// <exception cref="HttpRequestException">The broker cannot be asked now.</exception>
    public async Task<OrderReport?> CancelAsync(string clientOrderId, CancellationToken ct)
    {
        using var hold = await locks.HoldAsync(clientOrderId, ct);
        var row = await store.FindAsync(clientOrderId, ct);
        if (row is null or { Report.IsWorking: false })
            return row?.Report;
        var brokerOrderId = row.BrokerOrderId ?? (await broker.FindAsync(clientOrderId, ct))?.Id;
        if (brokerOrderId is null)
            return (await MissAsync(row, ct)).Report;
        await broker.CancelAsync(brokerOrderId, ct);
        return await broker.FindAsync(clientOrderId, ct) is { } after ? (await sender.RecordAsync(row, after, ct)).Report : row.Report;
    }

    /// <summary>Brings every working order to what the broker says of it. One that cannot be asked about is left as it is.</summary>
    public async Task ReconcileAsync(CancellationToken ct)
    {
        foreach (var known in await store.WorkingAsync(ct))
        {
            using var hold = await locks.HoldAsync(known.Report.ClientOrderId, ct);
            // It may have moved on while its turn was waited for.
            if (await store.FindAsync(known.Report.ClientOrderId, ct) is not { Report.IsWorking: true } row)
                continue;
            var (answered, order) = await sender.LookUpAsync(row, ct);
            if (answered)
                _ = order is null ? await MissAsync(row, ct) : await sender.RecordAsync(row, order, ct);
        }
    }

    /// <summary>The working orders, as the broker knows them where it can be asked.</summary>
    public async Task<IReadOnlyList<OrderReport>> WorkingAsync(CancellationToken ct)
    {
        await ReconcileAsync(ct);
        return [.. (await store.WorkingAsync(ct)).Select(row => row.Report)];
    }

    /// <summary>An order is lost only when it was missed twice, further apart than a request can be under way.</summary>
    private async Task<OrderRow> MissAsync(OrderRow row, CancellationToken ct)
    {
        if (row.Report is not { State: OrderState.Unknown, Reason: MissedOnce })
            return await store.AppendAsync(row, new OrderEvent(OrderState.Unknown, row.BrokerOrderId, row.Report.FilledQuantity, row.Report.FilledAveragePrice, MissedOnce), ct);
        if (time.GetUtcNow() - row.Report.UpdatedAt < options.LostAfter)
            return row;
        Log.OrderLost(logger, row.Report.ClientOrderId);
        return await store.AppendAsync(row, new OrderEvent(OrderState.Lost, row.BrokerOrderId, row.Report.FilledQuantity, row.Report.FilledAveragePrice, "It never arrived at the broker."), ct);
    }

    private async Task<bool> OpensRiskAsync(SubmitOrder order, CancellationToken ct)
    {
        var positions = await broker.PositionsAsync(ct);
        var held = positions.FirstOrDefault(position => position.Symbol == order.Symbol)?.Qty ?? 0;
        return PositionRisk.Opens(order, held, (await store.WorkingAsync(ct)).Select(row => row.Report));
    }

    private static bool IsSame(OrderReport known, SubmitOrder order) =>
        known.Symbol == order.Symbol && known.Side == order.Side && known.Quantity == order.Quantity && known.Kind == order.Kind
        && known.LimitPrice == order.LimitPrice && known.RunId == order.RunId && known.Cycle == order.Cycle;
}
