using System.Data.Common;
using Strongroom.Audit;
using static Strongroom.Audit.AuditColumns;

namespace Strongroom.Storage.Audit;

/// <summary>Translates a filter to SQL.</summary>
internal static class AccessQuery
{
    private const string OldestFirst = $"{LastAt}, {Boot}, {Sequence}, {Instance}";
    private const string NewestFirst = $"{LastAt} DESC, {Boot} DESC, {Sequence} DESC, {Instance} DESC";

    private const string ActorExpression =
        $"coalesce((SELECT {Actor} FROM instances WHERE instances.{Boot} = access_log.{Boot} AND instances.{Instance} = "
        + $"access_log.{Instance}), '')";

    private static readonly string s_select = $"SELECT {ColumnLists.Selected(ActorExpression)} FROM access_log";

    internal static DbCommand Command(DbConnection connection, DatabaseDialect dialect, AccessFilter filter)
    {
        var conditions = new List<string>();
        var parameters = new List<(string, object?)>();
        Add($"{LastAt} >= @since", "since", filter.Since is { } since ? StoredValue.Timestamp(dialect, since) : null);
        AddEqual(Service, filter.Service is { } service ? StoredValue.Text(service) : null);
        var partOf = dialect == DatabaseDialect.Sqlite ? "instr" : "strpos";
        Add($"{partOf}({ActorExpression}, @{Actor}) > 0", Actor, filter.Actor is { } actor ? StoredValue.Text(actor) : null);
        AddEqual(Name, filter.Name is { } name ? StoredValue.Text(name) : null);
        AddEqual(Outcome, filter.Outcome is { } outcome ? (short)outcome : null);
        AddEqual(Boot, filter.Boot is { } boot ? StoredValue.Id(dialect, boot) : null);

        var rows = s_select;
        if (conditions.Count > 0)
            rows += $" WHERE {string.Join(" AND ", conditions)}";
        if (filter.Limit is { } limit)
        {
            rows = $"SELECT * FROM ({rows} ORDER BY {NewestFirst} LIMIT @limit) AS newest";
            parameters.Add(("limit", (long)limit));
        }
        return connection.Command($"{rows} ORDER BY {OldestFirst}", [.. parameters]);

        void AddEqual(string column, object? value) => Add($"{column} = @{column}", column, value);

        void Add(string condition, string parameter, object? value)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            parameters.Add((parameter, value));
        }
    }
}
