using RiskManager.Peers;
using RiskManager.Storage;
using Trading.Contracts;

namespace RiskManager.Decisions;

/// <summary>
/// One cycle from signals to orders: cancels outdated orders, decides, stores the decisions, then places the orders. A repeated
/// request uses the stored decisions and sends their orders, under the same ids, where they are not sent yet.
/// </summary>
internal sealed class DecisionService(
    ExecutionClient execution,
    MarketDataClient market,
    RiskEngine engine,
    WorkingOrderReview review,
    DecisionStore store,
    RiskOptions options
)
{
    public async Task<DecisionsAnswer> DecideAsync(DecisionRequest request, CancellationToken ct)
    {
        var now = (await market.ClockAsync(ct)).Now;
        var cancelled = new List<CancelledOrder>();
        var decisions = await store.FindAsync(request.RunId, request.Cycle, ct);
        if (decisions.Count == 0)
        {
            var book = await ReadBookAsync(request, cancelled, ct);
            await store.AddAsync(
                request,
                [.. request.Signals.Select(signal => (signal, engine.Decide(request.RunId, request.Cycle, now, signal, book)))],
                ct
            );
            decisions = await store.FindAsync(request.RunId, request.Cycle, ct);
        }

        var answers = new List<Decision>(decisions.Count);
        // Reducing orders first: they free the buying power that the entries need.
        foreach (var (decision, barTime) in decisions.OrderBy(stored => stored.Decision.OpensRisk))
            answers.Add(decision.Quantity == 0 ? decision : await OrderAsync(request, decision, IsFresh(barTime, now), ct));
        return new DecisionsAnswer(
            request.RunId,
            request.Cycle,
            [.. answers.OrderBy(decision => decision.Symbol, StringComparer.Ordinal)],
            cancelled
        );
    }

    private async Task<CycleBook> ReadBookAsync(DecisionRequest request, List<CancelledOrder> cancelled, CancellationToken ct)
    {
        var (book, working) = await ReadAsync(ct);
        foreach (var (order, reason) in review.Outdated(request.RunId, request.Cycle, request.Signals, book, working))
        {
            var after = await execution.CancelAsync(order.ClientOrderId, ct);
            cancelled.Add(new CancelledOrder(after.ClientOrderId, after.Symbol, after.State, reason));
        }
        // An order may have been filled before it was cancelled, so the positions are read again.
        return cancelled.Count == 0 ? book : (await ReadAsync(ct)).Book;
    }

    private async Task<(CycleBook Book, IReadOnlyList<OrderReport> Working)> ReadAsync(CancellationToken ct)
    {
        // Orders before positions: one that fills between the two reads is seen in both, never in neither.
        var working = await execution.WorkingOrdersAsync(ct);
        var positions = await execution.PositionsAsync(ct);
        var account = await execution.AccountAsync(ct);
        return (new CycleBook(account, positions, working), working);
    }

    private async Task<Decision> OrderAsync(DecisionRequest request, Decision decision, bool fresh, CancellationToken ct)
    {
        // A cycle that is repeated much later sends no order that opens risk, and a reducing one only where it still reduces.
        if (!fresh && (decision.OpensRisk || !(await ReadAsync(ct)).Book.IsReducedBy(decision.Symbol, decision.Quantity)))
            return decision;
        var side = decision.Quantity > 0 ? OrderSide.Buy : OrderSide.Sell;
        var order = await execution.SubmitAsync(
            new SubmitOrder(
                decision.ClientOrderId!,
                request.RunId,
                request.Cycle,
                decision.Symbol,
                side,
                Math.Abs(decision.Quantity),
                decision.Kind!.Value,
                decision.LimitPrice
            ),
            ct
        );
        return decision with { OrderState = order.State };
    }

    /// <summary>A price from the future is as stale as an old one: one of the two clocks is wrong.</summary>
    private bool IsFresh(DateTimeOffset barTime, DateTimeOffset now) =>
        (now - barTime).Duration() <= TimeSpan.FromMinutes(options.MaxBarAgeMinutes);
}
