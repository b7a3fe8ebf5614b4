using System.Data.Common;
using Strongroom.Storage.Sqlite;

namespace Strongroom.Storage.Schema;

/// <summary>Allows one migrating process at a time. The lock ends with its process.</summary>
internal static class SchemaLock
{
    /// <summary>
    /// The key of PostgreSQL's advisory lock: "strongro" in ASCII, so that a collision with another program is unlikely.
    /// </summary>
    private const long AdvisoryKey = 0x7374726F6E67726F;

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    internal static async Task<IAsyncDisposable> TakeAsync(Database database, CancellationToken ct) =>
        database is SqliteDatabase sqlite ? await TakeFileAsync(sqlite, ct) : await TakeAdvisoryAsync(database, ct);

    private static async Task<IAsyncDisposable> TakeFileAsync(SqliteDatabase database, CancellationToken ct)
    {
        var time = database.Context.Time;
        var how = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (var began = time.GetTimestamp(); ; )
        {
            try
            {
                return new FileStream(database.MigrationLockPath, how);
            }
            catch (UnauthorizedAccessException)
            {
                throw SqliteFile.Fault(
                    database.MigrationLockPath,
                    "cannot be opened. Check that this user may write the folder."
                );
            }
            catch (IOException) when (time.GetElapsedTime(began) < s_limit)
            {
                await Task.Delay(s_retry, time, ct);
            }
            catch (IOException)
            {
                throw TooLong(database);
            }
        }
    }

    private static async Task<IAsyncDisposable> TakeAdvisoryAsync(Database database, CancellationToken ct)
    {
        var time = database.Context.Time;
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < s_limit; await Task.Delay(s_retry, time, ct))
        {
            if (await TryAdvisoryAsync(database, ct) is { } taken)
                return taken;
        }
        throw TooLong(database);
    }

    /// <summary>
    /// Locks by transaction, not by session: a pooler such as PgBouncer may assign each transaction to a different session, so
    /// that a session lock would be lost or never released. A failed attempt closes its connection, since a pool may be small.
    /// </summary>
    private static async Task<IAsyncDisposable?> TryAdvisoryAsync(Database database, CancellationToken ct)
    {
        var connection = await database.OpenAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct);
            await connection.ExecuteAsync("SET LOCAL idle_in_transaction_session_timeout = 0", ct);
            await using var command = connection.Command("SELECT pg_try_advisory_xact_lock(@key)", ("key", AdvisoryKey));
            if (await command.ExecuteScalarAsync(ct) is true)
                return new AdvisoryLock(connection, transaction);
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
            return null;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (database.Translate(e) is { } translated)
                throw translated;
            throw;
        }
    }

    private static SecretUnavailableException TooLong(Database database) =>
        new(
            SecretErrorCode.TimedOut,
            $"{database.Location}: another process has been migrating it for {s_limit.TotalSeconds:0} s. "
                + "Find that process and end it."
        );

    private sealed class AdvisoryLock(DbConnection connection, DbTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                try
                {
                    await transaction.DisposeAsync();
                }
                catch (DbException)
                {
                    // The connection is gone, and the lock with it.
                }
            }
        }
    }
}
