using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using Strongroom.Audit;
using Strongroom.Storage.Schema;

namespace Strongroom.Storage.Audit;

/// <summary>The tables <c>access_log</c> and <c>instances</c>.</summary>
internal sealed class AuditStore(Database database, StrongroomSchema schema) : IAuditStore
{
    private volatile InstanceRow? _registered;

    public async ValueTask PrepareAsync(CancellationToken ct)
    {
        await DatabaseFitness.DemandAsync(database, ct);
        await schema.EnsureAsync(ct);
        var writable = database.Dialect == DatabaseDialect.Sqlite || await database.UseAsync(
            async (connection, token) => await connection.ScalarAsync("SELECT has_table_privilege('access_log', 'INSERT')", token) is true, ct);
        if (!writable)
        {
            throw new SecretAccessDeniedException(
                SecretErrorCode.Denied, $"{database.Location}: the role may not insert into access_log. Run 'strongroom database upgrade', or grant INSERT.");
        }
    }

    public async ValueTask RegisterAsync(InstanceRow instance, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (instance == _registered)
            return;
        await schema.EnsureAsync(ct);
        await WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    "INSERT INTO instances (instance, boot, service, environment, backend, host, process_id, actor, started_at) "
                    + "VALUES (@instance, @boot, @service, @environment, @backend, @host, @process_id, @actor, @started_at) "
                    + "ON CONFLICT (boot, instance) DO NOTHING",
                    ("instance", StoredValue.Text(instance.Instance)),
                    ("boot", StoredValue.Id(database.Dialect, instance.Boot)),
                    ("service", StoredValue.Text(instance.Service)),
                    ("environment", StoredValue.Text(instance.Environment)),
                    ("backend", StoredValue.Text(instance.Backend)),
                    ("host", StoredValue.Text(instance.Host)),
                    ("process_id", instance.ProcessId),
                    ("actor", StoredValue.Text(instance.Actor)),
                    ("started_at", StoredValue.Moment(database.Dialect, instance.StartedAt)));
                return await command.ExecuteNonQueryAsync(token);
            },
            ct);
        _registered = instance;
    }

    public async ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
            return;
        await schema.EnsureAsync(ct);
        await WriteAsync(
            async (connection, token) =>
            {
                await (database.Dialect == DatabaseDialect.Sqlite
                    ? SqliteAccessLog.AppendAsync(connection, rows, token)
                    : PostgreSqlAccessLog.AppendAsync((NpgsqlConnection)connection, rows, token));
                return rows.Count;
            },
            ct);
    }

    public async IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await schema.EnsureAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var command = AccessQuery.Command(connection, database.Dialect, filter);
        await using var reader = await ReadAsync(() => command.ExecuteReaderAsync(ct));
        while (await ReadAsync(() => reader.ReadAsync(ct)))
            yield return AccessColumns.Read(database.Dialect, reader);
    }

    private async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (DbException e) when (database.Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    private async Task WriteAsync(Func<DbConnection, CancellationToken, Task<int>> write, CancellationToken ct)
    {
        try
        {
            await database.UseAsync(write, ct);
        }
        catch (DbException e)
        {
            throw new SecretWriteException(
                SecretErrorCode.WriteFailed,
                $"{database.Location}: the audit's rows were refused (SQL state {e.SqlState ?? "unknown"}). None of them was stored; look at the database's log.");
        }
    }
}
