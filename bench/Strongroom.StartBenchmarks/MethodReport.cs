using System.Globalization;
using System.Text;

namespace Strongroom.StartBenchmarks;

/// <summary>Where a start's methods belong: a table of groups, without what the bare host compiles as well.</summary>
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

    internal static string Of(StartSeries one, StartSeries? bare)
    {
        var known = (bare == one ? null : bare)?.Methods.Select(Signature).ToHashSet(StringComparer.Ordinal) ?? [];
        var groups = one
            .Methods.Where(method => !known.Contains(Signature(method)))
            .GroupBy(method => Array.FindIndex(s_groups, group => group.Holds(method)))
            .ToDictionary(group => group.Key, group => group.ToList());
        var text = new StringBuilder(
            $"\n{one.Program}, {one.Mode}: methods{(one.IsBare ? "" : " that the bare host does not compile")}\n\n"
                + "| group                            | methods | KiB of code |\n"
                + "|----------------------------------|--------:|------------:|\n"
        );
        foreach (var (index, methods) in groups.OrderBy(group => group.Key))
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {s_groups[index].Name, -32} | {methods.Count, 7} | {methods.Sum(CodeSize) / 1024.0, 11:0.0} |\n"
            );
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

    private static int CodeSize(string method)
    {
        const string Name = "code size=";
        var at = method.LastIndexOf(Name, StringComparison.Ordinal);
        return at >= 0 && int.TryParse(method.AsSpan(at + Name.Length).TrimEnd(']'), out var size) ? size : 0;
    }
}
