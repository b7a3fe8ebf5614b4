using System.Data.Common;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>A filter as SQL.</summary>
internal static class AccessQuery
{
    private const string OldestFirst = "last_at, boot, sequence, instance";
    private const string Actor =
        "coalesce((SELECT actor FROM instances WHERE instances.boot = access_log.boot AND instances.instance = "
        + "access_log.instance), '')";
    private const string NewestFirst = "last_at DESC, boot DESC, sequence DESC, instance DESC";

    internal static DbCommand Command(DbConnection connection, DatabaseDialect dialect, AccessFilter filter)
    {
        var conditions = new List<string>();
        var parameters = new List<(string, object?)>();
        Add("last_at >= @since", "since", filter.Since is { } since ? StoredValue.ClockReading(dialect, since) : null);
        Add("service = @service", "service", filter.Service is { } service ? StoredValue.Text(service) : null);
        Add(
            $"{(dialect == DatabaseDialect.Sqlite ? "instr" : "strpos")}({Actor}, @actor) > 0",
            "actor",
            filter.Actor is { } actor ? StoredValue.Text(actor) : null
        );
        Add("name = @name", "name", filter.Name is { } name ? StoredValue.Text(name) : null);
        Add("outcome = @outcome", "outcome", filter.Outcome is { } outcome ? (short)outcome : null);
        Add("boot = @boot", "boot", filter.Boot is { } boot ? StoredValue.Id(dialect, boot) : null);

        var rows = $"SELECT {AccessColumns.List}, {Actor} AS actor FROM access_log";
        if (conditions.Count > 0)
            rows += $" WHERE {string.Join(" AND ", conditions)}";
        if (filter.Limit is { } limit)
        {
            rows = $"SELECT * FROM ({rows} ORDER BY {NewestFirst} LIMIT @limit) AS newest";
            parameters.Add(("limit", (long)limit));
        }
        return connection.Command($"{rows} ORDER BY {OldestFirst}", [.. parameters]);

        void Add(string condition, string parameter, object? value)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            parameters.Add((parameter, value));
        }
    }
}
