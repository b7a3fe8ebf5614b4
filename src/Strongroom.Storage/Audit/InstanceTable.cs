using System.Data.Common;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>Who writes: one row for each boot, written with each batch and passed over where it is there already.</summary>
internal static class InstanceTable
{
    internal static async Task<int> InsertAsync(
        DbConnection connection,
        DatabaseDialect dialect,
        InstanceRow instance,
        CancellationToken ct,
        DbTransaction? transaction = null
    )
    {
        await using var command = connection.Command(
            "INSERT INTO instances (instance, boot, service, environment, backend, host, process_id, actor, started_at) "
                + "VALUES (@instance, @boot, @service, @environment, @backend, @host, @process_id, @actor, @started_at) "
                + "ON CONFLICT (boot, instance) DO NOTHING",
            ("instance", StoredValue.Text(instance.Instance)),
            ("boot", StoredValue.Id(dialect, instance.Boot)),
            ("service", StoredValue.Text(instance.Service)),
            ("environment", StoredValue.Text(instance.Environment)),
            ("backend", StoredValue.Text(instance.Backend)),
            ("host", StoredValue.Text(instance.Host)),
            ("process_id", instance.ProcessId),
            ("actor", StoredValue.Text(instance.Actor)),
            ("started_at", StoredValue.ClockReading(dialect, instance.StartedAt))
        );
        command.Transaction = transaction;
        return await command.ExecuteNonQueryAsync(ct);
    }
}
