using System.Data.Common;
using Npgsql;

namespace Strongroom.Storage;

/// <summary>
/// Whether a database that answers is of use besides: it takes writes, holds any text, and keeps a lock. Said by a service's
/// start, by <c>strongroom database upgrade</c> and by <c>strongroom doctor</c>.
/// </summary>
public static class DatabaseFitness
{
    /// <summary>Not the schema's lock, which may be held by somebody who migrates.</summary>
    private const long ProbeKey = 0x7374726F6E67726E;

    /// <summary>Throws where the database is of no use to Strongroom.</summary>
    /// <exception cref="SecretUnavailableException">It is not reached, or takes no writes now, as a standby until it is
    /// promoted.</exception>
    /// <exception cref="SecretConfigurationException">It was made or is reached in a way that is of no use.</exception>
    public static Task RequireAsync(Database database, CancellationToken ct) =>
        database.UseAsync(
            async (connection, token) =>
            {
                if (database.Dialect == DatabaseDialect.Sqlite)
                {
                    // Taking the write lock fails where the file cannot be written. SQLite's encodings all hold any text.
                    await connection.ExecuteAsync("BEGIN IMMEDIATE; ROLLBACK;", token);
                    return true;
                }
                await RequireWritesAndTextAsync(database, connection, token);
                await RequireLockAsync(database, connection, token);
                return true;
            },
            ct
        );

    /// <summary>Whether this is a copy that may be behind its primary.</summary>
    public static Task<bool> IsStandbyAsync(Database database, CancellationToken ct) =>
        database.Dialect == DatabaseDialect.Sqlite
            ? Task.FromResult(false)
            : database.UseAsync(
                async (connection, token) => await connection.ScalarAsync("SELECT pg_is_in_recovery()", token) is true,
                ct
            );

    private static async Task RequireWritesAndTextAsync(Database database, DbConnection connection, CancellationToken ct)
    {
        await using var command = connection.Command(
            "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', current_setting('server_encoding')"
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        if (reader.GetBoolean(0))
        {
            throw new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"{database.Location}: this is a read-only standby, which takes no row. Point DATABASE_HOST to the primary."
            );
        }
        if (reader.GetBoolean(1))
        {
            throw new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"{database.Location}: it takes no writes, since 'default_transaction_read_only' is on for the server, the "
                    + "database or the role. "
                    + "Find out who set it and why, then RESET it."
            );
        }
        if (reader.GetString(2) is not "UTF8")
        {
            throw new SecretConfigurationException(
                SecretErrorCode.SettingInvalid,
                $"{database.Location}: its encoding is not UTF8, so one row with a character that it lacks is refused for ever. "
                    + "Make a new one: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
            );
        }
    }

    /// <summary>A lock that is gone at the next statement of its own transaction is none.</summary>
    private static async Task RequireLockAsync(Database database, DbConnection connection, CancellationToken ct)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await using (var take = connection.Command("SELECT pg_advisory_xact_lock_shared(@key)", ("key", ProbeKey)))
                await take.ExecuteNonQueryAsync(ct);
            if (
                await connection.ScalarAsync(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
                    ct
                )
                is > 0L
            )
                return;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ProtocolViolation)
        {
            // PgBouncer in statement mode refuses a transaction.
        }
        throw new SecretConfigurationException(
            SecretErrorCode.SettingInvalid,
            $"{database.Location}: a pooler between keeps no transaction together, so no lock holds. Set its pool_mode to "
                + "'transaction' or 'session', "
                + "or point DATABASE_HOST and DATABASE_PORT to the server itself."
        );
    }
}
