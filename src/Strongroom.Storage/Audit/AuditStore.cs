using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using Strongroom.Audit;
using Strongroom.Storage.Schema;

namespace Strongroom.Storage.Audit;

/// <summary>
/// Stores the audit in the tables <c>access_log</c> and <c>instances</c>. Their content is never cached, since a database may be
/// restored meanwhile.
/// </summary>
internal sealed class AuditStore(Database database, StrongroomSchema schema) : IAuditStore
{
    private readonly ILogger _logger = database.Context.Loggers.CreateLogger<AuditStore>();

    /// <summary>Whether the database's encoding lacks characters, so that other than ASCII characters are escaped.</summary>
    private volatile bool _onlyAscii;

    public async ValueTask PrepareAsync(CancellationToken ct)
    {
        await DatabaseRequirements.VerifyAsync(database, ct);
        await schema.EnsureAsync(ct);
        if (database.Dialect == DatabaseDialect.PostgreSql)
            await RequireInsertAsync(ct);
    }

    private async Task RequireInsertAsync(CancellationToken ct)
    {
        var mayInsert = await database.UseAsync(
            (connection, token) => connection.ScalarAsync("SELECT has_table_privilege('access_log', 'INSERT')", token),
            ct
        );
        if (mayInsert is not true)
        {
            throw new SecretAccessDeniedException(
                SecretErrorCode.Denied,
                $"{database.Location}: the role may not insert into access_log. Run 'strongroom database upgrade', or grant "
                    + "it INSERT."
            );
        }
    }

    public ValueTask RegisterAsync(InstanceRow instance, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return WriteAsync(
            async (connection, token) =>
            {
                await using var insert = InstanceTable.Insert(
                    connection,
                    database.Dialect,
                    _onlyAscii ? AsciiRows.Of(instance) : instance
                );
                return await insert.ExecuteNonQueryAsync(token);
            },
            ct
        );
    }

    public ValueTask AppendAsync(IReadOnlyList<AccessRow> rows, CancellationToken ct) => StoreAsync(null, rows, ct);

    public ValueTask AppendAsync(InstanceRow instance, IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return StoreAsync(instance, rows, ct);
    }

    public async ValueTask<IReadOnlyList<SequenceRange>> FindMissingAsync(
        string instance,
        Guid boot,
        SequenceRange range,
        CancellationToken ct
    )
    {
        await schema.EnsureAsync(ct);
        return await database.UseAsync(
            (connection, token) =>
                MissingRows.FindAsync(
                    connection,
                    database.Dialect,
                    _onlyAscii ? AsciiRows.Of(instance) : instance,
                    boot,
                    range,
                    token
                ),
            ct
        );
    }

    private ValueTask StoreAsync(InstanceRow? instance, IReadOnlyList<AccessRow> rows, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count == 0 ? default
            : database.Dialect == DatabaseDialect.Sqlite ? WriteAsync(StoreInSqlite, ct)
            : WriteAsync(StoreInPostgreSqlAsync, ct);

        Task<int> StoreInSqlite(DbConnection connection, CancellationToken token)
        {
            SqliteAccessLog.Append(connection, instance, rows, token);
            return Task.FromResult(rows.Count);
        }

        async Task<int> StoreInPostgreSqlAsync(DbConnection connection, CancellationToken token)
        {
            var (who, what) = _onlyAscii ? (AsciiRows.Of(instance), AsciiRows.Of(rows)) : (instance, rows);
            await PostgreSqlAccessLog.AppendAsync(connection, who, what, token);
            return what.Count;
        }
    }

    public async IAsyncEnumerable<AccessRow> QueryAsync(AccessFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await schema.EnsureAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var command = AccessQuery.Command(connection, database.Dialect, filter);
        await using var reader = await ReadAsync(() => command.ExecuteReaderAsync(ct));
        while (await ReadAsync(() => reader.ReadAsync(ct)))
        {
            var columns = new ColumnReader(database.Dialect, reader);
            yield return AuditColumns.ReadAccess(ref columns);
        }
    }

    private async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (DbException e) when (database.TranslateAndTrack(e) is { } translated)
        {
            throw translated;
        }
    }

    private async ValueTask WriteAsync(Func<DbConnection, CancellationToken, Task<int>> write, CancellationToken ct)
    {
        await schema.EnsureAsync(ct);
        try
        {
            await database.UseAsync(write, ct);
        }
        catch (DbException e)
            when (!_onlyAscii
                && (e.SqlState is PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire)
            )
        {
            _onlyAscii = true;
            _logger.AuditInAscii(database.Location);
            await WriteAsync(write, ct);
        }
        catch (DbException e)
        {
            throw new SecretWriteException(
                SecretErrorCode.WriteFailed,
                $"{database.Location}: the audit rows were rejected (SQL state {e.SqlState ?? "unknown"}). None of them was "
                    + "stored. Check the database log."
            );
        }
    }
}
