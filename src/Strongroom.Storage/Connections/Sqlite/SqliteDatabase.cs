using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Strongroom.Unix;

namespace Strongroom.Storage.Sqlite;

/// <summary>A SQLite file shared by all processes of a machine.</summary>
internal sealed class SqliteDatabase : Database
{
    // FULL: a row is on disk before the journal discards it, and a trip survives a power failure. (With NORMAL it would survive
    // SIGKILL, but not a power failure.) Batching limits the cost to one sync per batch.
    // recursive_triggers: without it, INSERT OR REPLACE would delete rows behind the triggers that protect them.
    private const string ForEachConnection =
        "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON;";

    // In pages. The first commit beyond it checkpoints the log, and the next one restarts the log.
    private const string ForShortLog = ForEachConnection + "PRAGMA wal_autocheckpoint = 64;";

    private readonly string _path;
    private readonly string _connectionString;
    private readonly string _forEachConnection;
    private readonly Lock _gate = new();
    private UnixFileStatus? _file;
    private volatile bool _prepared;

    internal SqliteDatabase(DatabaseContext context)
        : base(context)
    {
        _path = Path.GetFullPath(context.Options.Path);
        _forEachConnection = context.KeepsWriteAheadLog ? ForShortLog : ForEachConnection;
        _connectionString = ConnectionStringOf(_path);
    }

    public override DatabaseDialect Dialect => DatabaseDialect.Sqlite;

    public override string Location => $"SQLite at {_path}";

    internal string MigrationLockPath => _path + ".migration-lock";

    /// <summary>Synchronously: Microsoft.Data.Sqlite does all its work in the caller's thread.</summary>
    public override ValueTask<DbConnection> OpenAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new ValueTask<DbConnection>(Open());
    }

    private SqliteConnection Open()
    {
        Prepare();
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            if (Context.KeepsWriteAheadLog)
                raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            connection.Execute(_prepared ? _forEachConnection : _forEachConnection + "PRAGMA journal_mode = WAL;");
            _prepared = true;
            return connection;
        }
        catch (Exception e)
        {
            connection.Dispose();
            if (Translate(e) is { } translated)
                throw translated;
            throw;
        }
    }

    // Without the driver's builder, which converts each value twice and is compiled at each start.
    private static string ConnectionStringOf(string path)
    {
        var text = new StringBuilder();
        DbConnectionStringBuilder.AppendKeyValuePair(text, "Data Source", path);
        // ReadWrite and not Create: the file is made by SqliteFile, with its mode.
        return text.Append(";Mode=ReadWrite;Foreign Keys=True;Default Timeout=30").ToString();
    }

    /// <summary>Pooled connections would keep writing to a file that has been deleted or replaced.</summary>
    private void Prepare()
    {
        // Held while the file is made and looked at, by design: two at once would clear each other's pool.
        lock (_gate)
        {
            if (_prepared && UnixFile.GetStatus(_path) is { } found && _file is { } known && found.IsSameFileAs(known))
                return;
            SqliteFile.Prepare(_path);
            // The pool is shared by all connections of this process to the file.
            using (var pooled = new SqliteConnection(_connectionString))
                SqliteConnection.ClearPool(pooled);
            if (_prepared)
                Schemas.Invalidate();
            _prepared = false;
            _file = UnixFile.GetStatus(_path);
        }
    }

    public override SecretException? Translate(Exception exception) =>
        exception is SqliteException e ? SqliteErrors.Translate(e, _path) : null;

    internal override bool IsMissingTable(DbException exception) =>
        exception is SqliteException e && SqliteErrors.IsMissingTable(e);

    public override ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
        return base.DisposeAsync();
    }
}
