using System.Globalization;
using System.Text;

namespace Strongroom.StartBenchmarks;

/// <summary>Where a start's methods belong: tables of groups.</summary>
internal static class MethodReport
{
    private static readonly string[] s_own = ["Strongroom.", "Trading.", .. StartFixture.Programs.Select(name => name + ".")];

    // The first that fits counts.
    private static readonly (string Name, Func<string, bool> Holds)[] s_groups =
    [
        ("Polly", method => method.Contains("Polly.", StringComparison.Ordinal)),
        ("async state machines", IsStateMachine),
        ("own: properties", method =>
            IsOwn(method)
            && (
                Member(method).StartsWith("get_", StringComparison.Ordinal)
                || Member(method).StartsWith("set_", StringComparison.Ordinal)
            )
        ),
        ("own: constructors", method => IsOwn(method) && Member(method) is ".ctor" or ".cctor"),
        ("own: lambdas and local functions", method => IsOwn(method) && Member(method).Contains('<', StringComparison.Ordinal)),
        ("own: the rest", IsOwn),
        ("SQLite", method => StartsWithAny(method, "Microsoft.Data.", "SQLitePCL.")),
        ("PostgreSQL, Redis", method => StartsWithAny(method, "Npgsql.", "StackExchange.", "Pipelines.")),
        ("OpenTelemetry", method => method.Contains("OpenTelemetry.", StringComparison.Ordinal)),
        ("AWS", method => method.Contains("Amazon.", StringComparison.Ordinal)),
        ("LINQ", method => StartsWithAny(method, "System.Linq.")),
        ("collections", method => StartsWithAny(method, "System.Collections.")),
        ("HTTP client, sockets", method => StartsWithAny(method, "System.Net.")),
        ("JSON", method => StartsWithAny(method, "System.Text.Json.")),
        ("tasks, threads", method => StartsWithAny(method, "System.Threading.")),
        ("regular expressions", method => StartsWithAny(method, "System.Text.RegularExpressions.")),
        ("the host", method => StartsWithAny(method, "Microsoft.")),
        ("stubs and dynamic code", method => StartsWithAny(method, "(dynamicClass)", "ILStubClass")),
        ("the rest", _ => true),
    ];

    /// <summary>A table for one mode, with a column for each program: what the bare host does not compile as well.</summary>
    internal static string Of(IReadOnlyList<StartSeries> columns, StartSeries? bare)
    {
        var known = bare?.Methods.Select(Signature).ToHashSet(StringComparer.Ordinal) ?? [];
        var counts = columns
            .Select(one =>
                one.Methods.Where(method => one == bare || !known.Contains(Signature(method)))
                    .CountBy(method => Array.FindIndex(s_groups, group => group.Holds(method)))
                    .ToDictionary()
            )
            .ToList();
        var text = new StringBuilder("| methods                          |");
        foreach (var one in columns)
            text.Append(CultureInfo.InvariantCulture, $" {one.Program} |");
        text.Append("\n|----------------------------------|");
        foreach (var one in columns)
            text.Append('-', one.Program.Length + 1).Append(":|");
        text.Append('\n');
        for (var group = 0; group < s_groups.Length; group++)
        {
            if (!counts.Exists(column => column.ContainsKey(group)))
                continue;
            text.Append(CultureInfo.InvariantCulture, $"| {s_groups[group].Name, -32} |");
            foreach (var (one, count) in columns.Zip(counts))
                text.Append($" {count.GetValueOrDefault(group)}".PadLeft(one.Program.Length + 1)).Append(" |");
            text.Append('\n');
        }
        return text.ToString();
    }

    private static bool IsStateMachine(string method) =>
        StartsWithAny(method, "System.Runtime.CompilerServices.Async", "System.Runtime.CompilerServices.PoolingAsync")
        || (Member(method) is "MoveNext" && method.Contains(">d__", StringComparison.Ordinal))
        || Member(method) is "SetStateMachine"
        || method.Contains("AsyncStateMachineBox", StringComparison.Ordinal);

    private static bool IsOwn(string method) =>
        StartsWithAny(method, s_own) || StartsWithAny(method, "Program:", "<>c", "<>z__", "<PrivateImplementationDetails>");

    private static bool StartsWithAny(string method, params string[] starts) =>
        Array.Exists(starts, start => method.StartsWith(start, StringComparison.Ordinal));

    private static string Signature(string method) => method[..Math.Max(0, method.LastIndexOf(" [", StringComparison.Ordinal))];

    /// <summary>The member's name: the text between the colon and its arguments.</summary>
    private static string Member(string method)
    {
        var colon = method.IndexOf(':', StringComparison.Ordinal);
        var end = method.IndexOfAny(['(', '['], colon + 1);
        return end < 0 ? method[(colon + 1)..] : method[(colon + 1)..end];
    }
}
