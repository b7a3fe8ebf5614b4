using System.Data.Common;
using Strongroom.Storage.Sqlite;

namespace Strongroom.Storage.Schema;

/// <summary>One migrating process at a time. A process that dies lets go of it.</summary>
internal static class SchemaLock
{
    /// <summary>PostgreSQL's advisory lock: "strongroo" in ASCII's first eight bytes, so that no other program meets it by chance.</summary>
    private const long AdvisoryKey = 0x7374726F6E67726F;

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    internal static async Task<IAsyncDisposable> TakeAsync(Database database, CancellationToken ct) =>
        database is SqliteDatabase sqlite ? await TakeFileAsync(sqlite, ct) : await TakeAdvisoryAsync(database, ct);

    private static async Task<IAsyncDisposable> TakeFileAsync(SqliteDatabase database, CancellationToken ct)
    {
        var time = database.Context.Time;
        var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(database.MigrationLockPath, how);
            }
            catch (UnauthorizedAccessException)
            {
                throw SqliteFile.Fault(database.MigrationLockPath, "cannot be opened. Check that this user may write the folder.");
            }
            catch (IOException) when (time.GetElapsedTime(began) < s_limit)
            {
                await Task.Delay(s_retry, time, ct);
            }
            catch (IOException)
            {
                throw new SecretUnavailableException(
                    SecretErrorCode.TimedOut, $"{database.Location}: another process has been migrating it for {s_limit.TotalSeconds:0} s. Find and end it.");
            }
        }
    }

    private static async Task<IAsyncDisposable> TakeAdvisoryAsync(Database database, CancellationToken ct)
    {
        var connection = await database.OpenAsync(ct);
        try
        {
            await using var command = connection.Command("SELECT pg_advisory_lock(@key)", ("key", AdvisoryKey));
            command.CommandTimeout = (int)s_limit.TotalSeconds;
            await command.ExecuteNonQueryAsync(ct);
            return new AdvisoryLock(connection);
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (database.Explain(e) is { } explained)
                throw explained;
            throw;
        }
    }

    private sealed class AdvisoryLock(DbConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // The pool resets a connection only when it is used again, so it would keep the lock until then.
            await using (connection)
            {
                await using var command = connection.Command("SELECT pg_advisory_unlock(@key)", ("key", AdvisoryKey));
                try
                {
                    await command.ExecuteNonQueryAsync(CancellationToken.None);
                }
                catch (DbException)
                {
                    // The connection is gone, and the lock with it.
                }
            }
        }
    }
}
