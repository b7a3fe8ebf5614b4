using System.Collections.Concurrent;
using ExecutionGateway.Broker;
using Trading.Contracts;
using Trading.ServiceDefaults;

namespace ExecutionGateway.Orders;

/// <summary>
/// Sends one stored order to the broker. After an unknown outcome (no response, 5xx, 401) it is looked up by its client order id,
/// and sent again only where the broker says that it has none, so that it is on the book at most once.
/// </summary>
internal sealed class OrderSender(
    AlpacaTradingClient broker,
    OrderStore store,
    ExecutionOptions options,
    TradingSettings platform,
    TimeProvider time,
    ILogger<OrderSender> logger
)
{
    private const string MissedOnce = "The broker does not know it (yet).";

    // A caller waits for the response, and a cancel for its turn. After a longer pause the next submit continues.
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(30);

    /// <summary>
    /// When an order was first missed since its last attempt. Kept in memory: after a restart the count starts again.
    /// </summary>
    private readonly ConcurrentDictionary<string, long> _missedAt = new(StringComparer.Ordinal);

    /// <param name="row">The order.</param>
    /// <param name="mayHaveArrived">Whether an earlier attempt may have reached the broker.</param>
    /// <param name="decideAgain">Decides before each later attempt whether it opens risk; null where that is unknown, and
    /// nothing is sent.</param>
    /// <param name="ct">Cancels the sending; the order stays as it is stored.</param>
    public async Task<OrderRow> SendAsync(
        OrderRow row,
        bool mayHaveArrived,
        Func<OrderRow, CancellationToken, Task<OrderRow?>> decideAgain,
        CancellationToken ct
    )
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
                if (attempt > options.Attempts || await decideAgain(row, ct) is not { } decided)
                    return row;
                row = decided;
            }

            _missedAt.TryRemove(row.Report.ClientOrderId, out _);
            switch (await PlaceAsync(row.Report, ct))
            {
                case PlaceOutcome.Placed placed:
                    return await RecordAsync(row, placed.Order, ct);
                case PlaceOutcome.Rejected rejected:
                    return await SettleAsync(row, rejected, mayHaveArrived, ct);
                case PlaceOutcome.Refused refused when !mayHaveArrived:
                    Log.OrderRefused(logger, row.Report.ClientOrderId, refused.Reason);
                    return await store.AppendAsync(row, new OrderEvent(OrderState.Refused, null, 0, null, refused.Reason), ct);
                case PlaceOutcome.Refused:
                    // An earlier attempt may still be in progress; reconciling tells.
                    return row;
                case PlaceOutcome.Unknown unknown:
                    Log.OrderUnknown(logger, row.Report.ClientOrderId, attempt, unknown.Reason);
                    row = await store.AppendAsync(row, new OrderEvent(OrderState.Unknown, null, 0, null, unknown.Reason), ct);
                    mayHaveArrived = true;
                    var rest = unknown.RetryAfter > pause ? unknown.RetryAfter : pause;
                    if (rest > s_longestRest)
                        return row;
                    await Task.Delay(rest, time, ct);
                    break;
            }
        }
    }

    /// <summary>Stores the broker's state of an order.</summary>
    public Task<OrderRow> RecordAsync(OrderRow row, BrokerOrder order, CancellationToken ct)
    {
        _missedAt.TryRemove(row.Report.ClientOrderId, out _);
        return store.AppendAsync(
            row,
            new OrderEvent(order.State, order.Id, order.FilledQuantity, order.FilledAveragePrice, null),
            ct
        );
    }

    /// <summary>
    /// An order is lost only when the broker said twice that it has none, further apart than a request can take.
    /// </summary>
    public async Task<OrderRow> MissAsync(OrderRow row, CancellationToken ct)
    {
        var (id, known) = (row.Report.ClientOrderId, row.Report);
        var missedAt = _missedAt.GetOrAdd(id, _ => time.GetTimestamp());
        if (time.GetElapsedTime(missedAt) < options.LostAfter)
            return await store.AppendAsync(
                row,
                new OrderEvent(OrderState.Unknown, row.BrokerOrderId, known.FilledQuantity, known.FilledAveragePrice, MissedOnce),
                ct
            );
        Log.OrderLost(logger, id);
        row = await store.AppendAsync(
            row,
            new OrderEvent(
                OrderState.Lost,
                row.BrokerOrderId,
                known.FilledQuantity,
                known.FilledAveragePrice,
                "It never arrived at the broker."
            ),
            ct
        );
        _missedAt.TryRemove(id, out _);
        return row;
    }

    /// <summary>Asks the broker. Answered and without an order: the broker says that it has none.</summary>
    public async Task<(bool Answered, BrokerOrder? Order)> LookUpAsync(OrderRow row, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return (true, await broker.FindAsync(row.Report.ClientOrderId, both.Token));
        }
        catch (Exception e) when (BrokerFailure.Is(e, ct))
        {
            Log.LookUpFailed(logger, row.Report.ClientOrderId, e.GetType().Name);
            return (false, null);
        }
    }

    /// <summary>
    /// A refusal is final only where no attempt can have arrived: neither an earlier one, nor one that the refusal itself
    /// indicates. In every other case the book decides.
    /// </summary>
    private async Task<OrderRow> SettleAsync(
        OrderRow row,
        PlaceOutcome.Rejected rejected,
        bool mayHaveArrived,
        CancellationToken ct
    )
    {
        var (answered, found) = await LookUpAsync(row, ct);
        if (found is not null)
            return await RecordAsync(row, found, ct);
        if (!answered)
            return await store.AppendAsync(row, new OrderEvent(OrderState.Unknown, null, 0, null, rejected.Reason), ct);
        if (mayHaveArrived || rejected.MayBeDuplicate)
            return await MissAsync(row, ct);
        Log.OrderRejected(logger, row.Report.ClientOrderId, rejected.Reason);
        return await store.AppendAsync(row, new OrderEvent(OrderState.Rejected, null, 0, null, rejected.Reason), ct);
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
            return new PlaceOutcome.Unknown("No response in time.");
        }
    }
}
