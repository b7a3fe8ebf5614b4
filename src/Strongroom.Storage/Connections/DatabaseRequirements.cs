using System.Data.Common;
using Npgsql;

namespace Strongroom.Storage;

/// <summary>
/// Verifies that a reachable database can be used: it accepts writes, stores any text and holds locks. Verified when a service
/// starts, by <c>strongroom database upgrade</c> and by <c>strongroom doctor</c>.
/// </summary>
public static class DatabaseRequirements
{
    /// <summary>Differs from the key of the schema lock, which a migrating process may hold.</summary>
    private const long ProbeKey = 0x7374726F6E67726E;

    /// <summary>Throws if the database does not meet the requirements.</summary>
    /// <exception cref="SecretUnavailableException">The database cannot be reached, or does not accept writes now, such as a
    /// standby before its promotion.</exception>
    /// <exception cref="SecretConfigurationException">The database, or a pooler in front of it, is set up in a way that cannot
    /// be used.</exception>
    public static Task VerifyAsync(Database database, CancellationToken ct) =>
        database.Dialect == DatabaseDialect.Sqlite
            // Taking the write lock fails if the file cannot be written. Every encoding of SQLite stores any text.
            ? database.UseAsync(static (connection, _) => Task.FromResult(connection.Execute("BEGIN IMMEDIATE; ROLLBACK;")), ct)
            : database.UseAsync(
                async (connection, token) =>
                {
                    await VerifyAsync(database, connection, token);
                    return true;
                },
                ct
            );

    /// <summary>Whether this is a standby, which may lag behind its primary.</summary>
    public static Task<bool> IsStandbyAsync(Database database, CancellationToken ct) =>
        database.Dialect == DatabaseDialect.Sqlite
            ? Task.FromResult(false)
            : database.UseAsync(
                async (connection, token) => await connection.ScalarAsync("SELECT pg_is_in_recovery()", token) is true,
                ct
            );

    /// <summary>
    /// In one transaction of two round trips. The lock that the first takes is looked up by the second, since a pooler may
    /// release it between them.
    /// </summary>
    private static async Task VerifyAsync(Database database, DbConnection connection, CancellationToken ct)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await using (
                var begin = connection.Command(
                    "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', "
                        + "current_setting('server_encoding'); SELECT pg_advisory_xact_lock_shared(@key)",
                    ("key", ProbeKey)
                )
            )
            await using (var reader = await begin.ExecuteReaderAsync(ct))
            {
                await reader.ReadAsync(ct);
                RequireWritesAndText(database, reader);
            }
            if (
                await connection.ScalarAsync(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid(); ROLLBACK",
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
            $"{database.Location}: a pooler splits transactions, so that locks are lost. Set its pool_mode to 'transaction' or "
                + "'session', or point DATABASE_HOST and DATABASE_PORT to the server itself."
        );
    }

    private static void RequireWritesAndText(Database database, DbDataReader reader)
    {
        if (reader.GetBoolean(0))
        {
            throw new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"{database.Location}: this is a read-only standby. Point DATABASE_HOST to the primary."
            );
        }
        if (reader.GetBoolean(1))
        {
            throw new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"{database.Location}: it accepts no writes, since 'default_transaction_read_only' is on for the server, the "
                    + "database or the role. Find out why, then RESET it."
            );
        }
        if (reader.GetString(2) is not "UTF8")
        {
            throw new SecretConfigurationException(
                SecretErrorCode.SettingInvalid,
                $"{database.Location}: its encoding is not UTF8, so a row with a character that it lacks could never be stored. "
                    + "Create a new one: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
            );
        }
    }
}
