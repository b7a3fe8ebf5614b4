using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Strongroom.Unix;

namespace Strongroom.Storage.Sqlite;

/// <summary>One file that all processes of a machine share.</summary>
internal sealed class SqliteDatabase : Database
{
    // FULL: an acknowledged row is on the disk before the journal forgets it, and a trip survives even a power cut. (NORMAL would
    // outlive SIGKILL, too, but not the power.) Batches make the price one sync for each.
    // recursive_triggers: without it, INSERT OR REPLACE would delete rows behind the triggers that protect them.
    private const string ForEachConnection =
        "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON;";

    // Pages. The first commit past it brings the log into the file, and the next one begins the log anew.
    private const string ForShortLog = ForEachConnection + "PRAGMA wal_autocheckpoint = 64;";

    private readonly string _path;
    private readonly string _connectionString;
    private readonly string _forEachConnection;
    private readonly Lock _gate = new();
    private UnixFileFacts? _file;
    private volatile bool _prepared;

    internal SqliteDatabase(DatabaseContext context)
        : base(context)
    {
        _path = Path.GetFullPath(context.Options.Path);
        _forEachConnection = context.LeavesWriteAheadLog ? ForShortLog : ForEachConnection;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            // ReadWrite and not Create: the file is made by SqliteFile, with its mode.
            Mode = SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            DefaultTimeout = 30,
        }.ToString();
    }

    public override DatabaseDialect Dialect => DatabaseDialect.Sqlite;

    public override string Location => $"SQLite at {_path}";

    internal string MigrationLockPath => _path + ".migration-lock";

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken ct)
    {
        Prepare();
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(ct);
            if (Context.LeavesWriteAheadLog)
                raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            await connection.ExecuteAsync(_prepared ? _forEachConnection : _forEachConnection + "PRAGMA journal_mode = WAL;", ct);
            _prepared = true;
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (Explain(e) is { } explained)
                throw explained;
            throw;
        }
    }

    /// <summary>Pooled connections would go on writing into a file that was deleted or replaced, where nobody finds it.</summary>
    private void Prepare()
    {
        // Held while the file is made and looked at, by design: two at once would clear each other's pool.
        lock (_gate)
        {
            if (_prepared && UnixFile.Look(_path) is { } found && _file is { } known && found.IsSameFileAs(known))
                return;
            SqliteFile.Prepare(_path);
            // The pool is one for all that this process has open there.
            using (var pooled = new SqliteConnection(_connectionString))
                SqliteConnection.ClearPool(pooled);
            if (_prepared)
                Schemas.Doubt();
            _prepared = false;
            _file = UnixFile.Look(_path);
        }
    }

    public override SecretException? Explain(Exception exception) =>
        exception is SqliteException e ? SqliteErrors.Explain(e, _path) : null;

    public override ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
        return base.DisposeAsync();
    }
}
