using System.Data.Common;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>Stores instances: one row per boot, inserted with each batch and skipped if it exists.</summary>
internal static class InstanceTable
{
    private static readonly string s_insert =
        $"INSERT INTO instances ({ColumnLists.Instances}) VALUES ({ColumnLists.InstanceParameters}) "
        + $"ON CONFLICT ({AuditColumns.Boot}, {AuditColumns.Instance}) DO NOTHING";

    /// <summary>The statement that inserts the row; the caller executes and disposes it.</summary>
    internal static DbCommand Insert(DbConnection connection, DatabaseDialect dialect, InstanceRow instance)
    {
        var command = connection.Command(s_insert);
        var parameters = new ColumnParameters(dialect, command);
        AuditColumns.Visit(instance, ref parameters);
        return command;
    }
}
