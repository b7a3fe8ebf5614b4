using Trading.Contracts;

namespace RiskManager.Decisions;

/// <summary>Which working orders are taken off the book before a cycle decides anything new.</summary>
internal sealed class WorkingOrderReview(RiskOptions options)
{
    /// <summary>Gives each such order with the reason.</summary>
    public IReadOnlyList<(OrderReport Order, string Reason)> Outdated(
        Guid runId,
        int cycle,
        IReadOnlyList<Signal> signals,
        CycleBook book,
        IReadOnlyList<OrderReport> working
    )
    {
        var bySymbol = signals.ToDictionary(signal => signal.Symbol, StringComparer.Ordinal);
        return
        [
            .. working
                .Where(order => order.IsWorking)
                .Select(order => (order, Reason(order, bySymbol.GetValueOrDefault(order.Symbol))!))
                .Where(pair => pair.Item2 is not null),
        ];

        string? Reason(OrderReport order, Signal? signal)
        {
            if (order.RunId != runId)
                return "It belongs to another run.";
            if (cycle - order.Cycle >= options.MaxOrderCycles)
                return $"It has rested for {options.MaxOrderCycles} cycles (MAX_ORDER_CYCLES).";
            return signal is { Price: > 0 } && Turned(order, signal) ? "The signal has turned." : null;
        }

        bool Turned(OrderReport order, Signal signal)
        {
            var target = decimal.Truncate(signal.TargetWeight * book.Account.Equity / signal.Price);
            return Math.Sign(target - book.Held(order.Symbol)) * order.SignedRemaining < 0;
        }
    }
}
