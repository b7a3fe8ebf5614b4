using System.Globalization;
using Strongroom.Audit;
using Strongroom.Testing;
using Trading.Contracts;

namespace PaperRun.Report;

/// <summary>What happened, on stdout: the run, the broker's book, and who read which secret how often from where.</summary>
internal static class RunSummary
{
    internal static async Task WriteAsync(
        TextWriter to,
        RunReport run,
        PaperBroker broker,
        IAuditStore audit,
        CancellationToken ct
    )
    {
        // Read before anything is printed, so that a failing database does not leave half a summary.
        var accesses = await CountAccessesAsync(audit, ct);
        WriteRun(to, run);
        WriteOrders(to, broker.Orders);
        WriteAccesses(to, accesses);
    }

    private static void WriteRun(TextWriter to, RunReport run)
    {
        var counts = run.Counts;
        to.WriteLine(
            Invariant($"Run {run.RunId}: {Word(run.State)}, {run.CyclesDone} cycles over {string.Join(", ", run.Symbols)}")
        );
        to.WriteLine(Invariant($"Signals: {counts.Signals}"));
        to.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Risk decisions: {counts.Approved} approved, {counts.Resized} resized, {counts.Refused} refused, "
                    + $"{counts.Unchanged} left as it is; {counts.Cancelled} working orders cancelled"
            )
        );
        to.WriteLine(Invariant($"Equity after the last cycle: {run.Equity:0.00}"));
    }

    private static void WriteOrders(TextWriter to, IReadOnlyList<PaperOrder> orders)
    {
        to.WriteLine();
        if (orders.Count == 0)
        {
            to.WriteLine("Orders at the broker: none");
            return;
        }
        to.WriteLine(
            "Orders at the broker: "
                + string.Join(
                    ", ",
                    orders
                        .GroupBy(order => order.Status)
                        .OrderBy(group => group.Key, StringComparer.Ordinal)
                        .Select(group => Invariant($"{group.Count()} {group.Key}"))
                )
        );
        to.WriteLine();
        var table = new TextTable(1, "symbol", "orders", "fills", "position");
        foreach (var symbol in orders.GroupBy(order => order.Symbol).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var position = symbol.Sum(order => order.FilledQuantity * (order.Side == "buy" ? 1 : -1));
            table.Add(
                symbol.Key,
                Invariant($"{symbol.Count()}"),
                Invariant($"{symbol.Count(order => order.FilledQuantity > 0)}"),
                Invariant($"{position:0.####}")
            );
        }
        table.WriteTo(to);
    }

    private static void WriteAccesses(
        TextWriter to,
        SortedDictionary<(string Service, string Name, string Operation, string Source, string Outcome), long> accesses
    )
    {
        to.WriteLine();
        var table = new TextTable(5, "service", "secret", "operation", "source", "outcome", "times");
        foreach (var ((service, name, operation, source, outcome), times) in accesses)
            table.Add(service, name, operation, source, outcome, Invariant($"{times}"));
        table.WriteTo(to);
    }

    private static async Task<
        SortedDictionary<(string Service, string Name, string Operation, string Source, string Outcome), long>
    > CountAccessesAsync(IAuditStore audit, CancellationToken ct)
    {
        var accesses = new SortedDictionary<(string, string, string, string, string), long>();
        await foreach (var row in audit.QueryAsync(new AccessFilter(), ct))
        {
            if (row.Operation is AccessOperation.Open or AccessOperation.Close)
                continue;
            var key = (row.Service, row.Name, Word(row.Operation), Word(row.Source), Word(row.Outcome));
            accesses[key] = accesses.GetValueOrDefault(key) + row.AccessCount;
        }
        return accesses;
    }

    /// <summary>As the database's views write it: <c>NotFound</c> is <c>not_found</c>.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
