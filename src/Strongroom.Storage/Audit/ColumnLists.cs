using static Strongroom.Audit.AuditColumns;

namespace Strongroom.Storage.Audit;

/// <summary>
/// The columns as lists in SQL, in the order in which <see cref="Strongroom.Audit.AuditColumns"/> visits them. They are
/// constants, since each start uses them.
/// </summary>
internal static class ColumnLists
{
    private const string BeforeActor = $"first_at, {LastAt}, {Service}, {Instance}";

    private const string AfterActor =
        $"{Boot}, {Sequence}, operation, {Name}, {Outcome}, source, version, {Backend}, request_id, duration, error, "
        + "access_count";

    /// <summary>The columns written to <c>access_log</c>.</summary>
    internal const string Access = $"{BeforeActor}, {AfterActor}";

    /// <summary>The number of columns written to <c>access_log</c>.</summary>
    internal const short AccessCount = 16;

    /// <summary>The columns written to <c>instances</c>.</summary>
    internal const string Instances =
        $"{Instance}, {Boot}, {Service}, environment, {Backend}, host, process_id, {Actor}, started_at";

    /// <summary>A parameter for each column of a list, named as the column.</summary>
    internal static string Parameters(string columns) => $"@{columns.Replace(", ", ", @", StringComparison.Ordinal)}";

    /// <summary>All columns of a row; the actor is read by an expression, since it is stored once for each instance.</summary>
    internal static string Selected(string actor) => $"{BeforeActor}, {actor} AS {Actor}, {AfterActor}";
}
