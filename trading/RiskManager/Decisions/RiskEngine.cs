using RiskManager.Rules;
using Trading.Contracts;

namespace RiskManager.Decisions;

/// <summary>
/// Turns a signal into an order, a smaller one, or none. The position decides whether an order opens risk: selling short opens,
/// buying back closes. Neither a limit nor a stale price ever holds up an order that closes.
/// </summary>
internal sealed class RiskEngine(RiskOptions options, IEnumerable<IOpeningRule> rules)
{
    public Decision Decide(Guid runId, int cycle, DateTimeOffset now, Signal signal, CycleBook book)
    {
        var (symbol, price) = (signal.Symbol, signal.Price);
        var held = book.Held(symbol);
        var target = price > 0 ? decimal.Truncate(signal.TargetWeight * book.Account.Equity / price) : 0;
        var wanted = target - held - book.Pending(symbol);
        var direction = Math.Sign(wanted);

        if (price <= 0)
            return Refuse(RiskRule.StaleData, "There is no price.");
        if (wanted == 0 || (target != 0 && Math.Abs(wanted) * price < options.RebalanceBand * book.Account.Equity))
            return new Decision(
                symbol,
                Verdict.Unchanged,
                RiskRule.None,
                "As wanted, or nearly.",
                wanted,
                0,
                price,
                false,
                null,
                null,
                null,
                null
            );
        if (book.Pending(symbol, -direction) > 0)
            return Refuse(
                RiskRule.OppositeOrder,
                "An order on the other side is still working; the broker would refuse to trade against it."
            );
        return held != 0 && direction != Math.Sign(held) ? Reduce() : Open();

        Decision Reduce()
        {
            var free = Math.Abs(held) - book.Pending(symbol, direction);
            var quantity = Math.Min(Math.Abs(wanted), free);
            if (quantity <= 0)
                return Refuse(RiskRule.CloseFirst, "The position is being closed; it is turned round after that.");
            var (verdict, rule, reason) =
                quantity < Math.Abs(wanted)
                    ? (Verdict.Resized, RiskRule.CloseFirst, "The position is closed first; it is turned round after that.")
                    : (Verdict.Approved, RiskRule.None, "Within every limit.");
            return Order(verdict, rule, reason, direction * quantity, opens: false, OrderKind.Market, limitPrice: null);
        }

        Decision Open()
        {
            if ((now - signal.BarTime).Duration() > TimeSpan.FromMinutes(options.MaxBarAgeMinutes))
                return Refuse(
                    RiskRule.StaleData,
                    $"The last bar is more than {options.MaxBarAgeMinutes} minutes away from the broker's time "
                        + "(MAX_BAR_AGE_MINUTES)."
                );
            var opening = new Opening(
                symbol,
                direction < 0,
                price,
                Math.Abs(held) + book.Pending(symbol, direction),
                book.Gross,
                book.Account
            );
            var (quantity, tightest) = (Math.Abs(wanted), default(IOpeningRule));
            foreach (var rule in rules)
            {
                var most = rule.Most(opening);
                if (most < quantity)
                    (quantity, tightest) = (decimal.Truncate(Math.Max(0, most)), rule);
            }
            // The reduced quantity must still be worth an order.
            if (tightest is not null && quantity * price < options.RebalanceBand * book.Account.Equity)
                return Refuse(tightest.Rule, tightest.Explain(opening));
            book.AddEntry(quantity * price);
            return tightest is null
                ? Order(
                    Verdict.Approved,
                    RiskRule.None,
                    "Within every limit.",
                    direction * quantity,
                    opens: true,
                    OrderKind.Limit,
                    Limit()
                )
                : Order(
                    Verdict.Resized,
                    tightest.Rule,
                    tightest.Explain(opening),
                    direction * quantity,
                    opens: true,
                    OrderKind.Limit,
                    Limit()
                );
        }

        decimal Limit() =>
            direction > 0
                ? decimal.Round(price * (1 - options.EntryOffset), 2, MidpointRounding.ToNegativeInfinity)
                : decimal.Round(price * (1 + options.EntryOffset), 2, MidpointRounding.ToPositiveInfinity);

        Decision Order(
            Verdict verdict,
            RiskRule rule,
            string reason,
            decimal quantity,
            bool opens,
            OrderKind kind,
            decimal? limitPrice
        ) =>
            new(
                symbol,
                verdict,
                rule,
                reason,
                wanted,
                quantity,
                price,
                opens,
                kind,
                limitPrice,
                ClientOrderId.Of(runId, cycle, symbol),
                null
            );

        Decision Refuse(RiskRule rule, string reason) =>
            new(symbol, Verdict.Refused, rule, reason, wanted, 0, price, false, null, null, null, null);
    }
}
