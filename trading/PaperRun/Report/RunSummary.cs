using System.Globalization;
using Strongroom.Audit;
using Strongroom.Testing;
using Trading.Contracts;

namespace PaperRun.Report;

/// <summary>What happened, on stdout: the run, the broker's book, and who read which secret how often from where.</summary>
internal static class RunSummary
{
    internal static async Task WriteAsync(TextWriter to, RunReport run, PaperBroker broker, IAuditStore audit, CancellationToken ct)
    {
        var counts = run.Counts;
        to.WriteLine(Invariant($"Run {run.RunId}: {run.State}, {run.CyclesDone} cycles over {string.Join(", ", run.Symbols)}"));
        to.WriteLine(Invariant($"Signals {counts.Signals}; risk approved {counts.Approved}, resized {counts.Resized}, refused {counts.Refused}, left {counts.Unchanged}; cancelled {counts.Cancelled}"));
        to.WriteLine(Invariant($"Equity after the last cycle: {run.Equity:0.00}"));
        WriteOrders(to, broker.Orders);
        await WriteAccessesAsync(to, audit, ct);
    }

    private static void WriteOrders(TextWriter to, IReadOnlyList<PaperOrder> orders)
    {
        to.WriteLine();
        to.WriteLine("Orders at the broker: " + string.Join(", ", orders.GroupBy(order => order.Status).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Invariant($"{group.Count()} {group.Key}"))));
        to.WriteLine(Invariant($"{"symbol",-8}{"orders",8}{"filled",8}{"position",12}"));
        foreach (var symbol in orders.GroupBy(order => order.Symbol).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var position = symbol.Sum(order => order.FilledQuantity * (order.Side == "buy" ? 1 : -1));
            to.WriteLine(Invariant($"{symbol.Key,-8}{symbol.Count(),8}{symbol.Count(order => order.FilledQuantity > 0),8}{position,12:0.####}"));
        }
    }

    private static async Task WriteAccessesAsync(TextWriter to, IAuditStore audit, CancellationToken ct)
    {
        var accesses = new SortedDictionary<(string Service, string Name, string Operation, string Source, string Outcome), long>();
        await foreach (var row in audit.QueryAsync(new AccessFilter(), ct))
        {
            if (row.Operation is AccessOperation.Open or AccessOperation.Close)
                continue;
            var key = (row.Service, row.Name, Word(row.Operation), Word(row.Source), Word(row.Outcome));
            accesses[key] = accesses.GetValueOrDefault(key) + row.AccessCount;
        }
        to.WriteLine();
        to.WriteLine(Invariant($"{"service",-20}{"secret",-40}{"operation",-11}{"source",-9}{"outcome",-12}{"times",8}"));
        foreach (var ((service, name, operation, source, outcome), times) in accesses)
            to.WriteLine(Invariant($"{service,-20}{name,-40}{operation,-11}{source,-9}{outcome,-12}{times,8}"));
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
