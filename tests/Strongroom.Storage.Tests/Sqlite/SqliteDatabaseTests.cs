using Strongroom.Audit;
using Strongroom.Storage.Audit;
using Strongroom.Storage.Schema;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IAsyncDisposable
{
    private readonly SqliteTestStore _store = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task OpenAsync_makes_folder_and_file_closed_to_others()
    {
        await _store.OpenAudit().PrepareAsync(Ct);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(_store.Path)!)
        );
        Assert.All(Directory.EnumerateFiles(Path.GetDirectoryName(_store.Path)!), file =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file))
        );
    }

    [Theory]
    [InlineData("PRAGMA journal_mode", "wal")]
    [InlineData("PRAGMA synchronous", 2L)]
    [InlineData("PRAGMA foreign_keys", 1L)]
    [InlineData("PRAGMA busy_timeout", 10000L)]
    [InlineData("PRAGMA recursive_triggers", 1L)]
    public async Task OpenAsync_sets_what_each_connection_needs(string pragma, object expected)
    {
        var database = _store.Open();

        Assert.Equal(expected, await database.UseAsync((connection, ct) => connection.ScalarAsync(pragma, ct), Ct));
        Assert.Equal(expected, await database.UseAsync((connection, ct) => connection.ScalarAsync(pragma, ct), Ct));
    }

    [Fact]
    public async Task OpenAsync_by_one_command_after_the_other_leaves_a_short_log_behind()
    {
        const int RowsOfACommand = 2;
        for (var i = 0; i < 60; i++)
        {
            await using var database = Database.Create(_store.Context with { KeepsWriteAheadLog = true });
            var store = new AuditStore(database, new StrongroomSchema(database));
            var boot = Guid.NewGuid();
            await store.RegisterAsync(
                new InstanceRow("strongroom-1", boot, "strongroom", "test", "vault", "host", i, "jo", AccessRows.Start),
                Ct
            );
            await store.AppendAsync(AccessRows.Range(boot, 1, RowsOfACommand), Ct);
        }

        Assert.InRange(new FileInfo(_store.Path + "-wal").Length, 1, 100 * 4120);
        Assert.Equal(60 * RowsOfACommand, (await _store.OpenAudit().QueryAllAsync()).Count);
    }

    [Fact]
    public async Task OpenAsync_of_a_folder_says_so()
    {
        Directory.CreateDirectory(_store.Path);

        await AssertFaultAsync("is a folder");
    }

    [Fact]
    public async Task OpenAsync_of_a_file_that_is_no_database_says_so_and_leaves_it()
    {
        Write(string.Concat(Enumerable.Repeat("not a database\n", 1000)));

        await AssertFaultAsync("is not a SQLite database");

        Assert.StartsWith("not a database", await File.ReadAllTextAsync(_store.Path, Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryAsync_of_a_damaged_file_says_so()
    {
        await using (var writing = new SqliteTestStoreAt(_store.Path))
        {
            await writing.OpenAudit().AppendAsync(AccessRows.Range(Guid.NewGuid(), 1, 5000), Ct);
            await writing.Open().UseAsync((connection, ct) => connection.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", ct), Ct);
        }
        await using (var file = new FileStream(_store.Path, FileMode.Open))
        {
            // The pages after those of the schema.
            file.Position = 64 * 1024;
            await file.WriteAsync(Enumerable.Repeat((byte)0xAA, (int)(file.Length - file.Position)).ToArray(), Ct);
        }

        var damaged = await Assert.ThrowsAsync<SecretConfigurationException>(() => _store.OpenAudit().QueryAllAsync());

        Assert.Contains("is corrupt", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_of_a_file_open_to_others_says_so()
    {
        Write("");
        File.SetUnixFileMode(_store.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        await AssertFaultAsync("chmod 600");
    }

    [Theory]
    // Not even root can make anything there.
    [InlineData("/proc/strongroom/strongroom.db")]
    [InlineData("/sys/strongroom/strongroom.db")]
    // A file where a folder should be.
    [InlineData("/etc/hostname/strongroom.db")]
    public async Task OpenAsync_where_nothing_can_be_made_says_so(string path)
    {
        await using var database = Database.Create(_store.Context with { Options = new DatabaseOptions { Path = path } });

        var fault = await Assert.ThrowsAsync<SecretConfigurationException>(async () => await database.OpenAsync(Ct));

        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be created", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_in_a_read_only_folder_says_so()
    {
        var folder = Path.GetDirectoryName(_store.Path)!;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        // A folder's mode does not bind root; a file system's does.
        if (Environment.IsPrivilegedProcess)
            await OutsideCommand.RunAsync("mount", "-t", "tmpfs", "-o", "ro,size=1m,mode=0700", "tmpfs", folder);
        try
        {
            await AssertFaultAsync("cannot be created");
        }
        finally
        {
            if (Environment.IsPrivilegedProcess)
                await OutsideCommand.RunAsync("umount", "-l", folder);
        }
    }

    [Fact]
    public async Task AppendAsync_to_a_database_that_turned_read_only_says_so()
    {
        var audit = _store.OpenAudit();
        await audit.PrepareAsync(Ct);
        await using var readOnly = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={_store.Path};Mode=ReadOnly;Pooling=False"
        );
        await readOnly.OpenAsync(Ct);
        var refused = await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() =>
            readOnly.ExecuteAsync("DELETE FROM instances", Ct)
        );

        var translated = _store.Open().Translate(refused);

        Assert.Contains("cannot be written", translated!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, SecretErrorCode.TimedOut, true)]
    [InlineData(10, SecretErrorCode.Unreachable, true)]
    [InlineData(13, SecretErrorCode.Unreachable, true)]
    [InlineData(14, SecretErrorCode.SettingInvalid, false)]
    public void Explain_tells_what_passes_from_what_does_not(int result, SecretErrorCode code, bool transient)
    {
        var translated = _store.Open().Translate(new Microsoft.Data.Sqlite.SqliteException("SQLite's words", result))!;

        Assert.Equal((code, transient), (translated.Code, translated.IsTransient));
        Assert.DoesNotContain("SQLite's words", translated.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_leaves_the_statement_s_own_faults_alone()
    {
        Assert.Null(_store.Open().Translate(new Microsoft.Data.Sqlite.SqliteException("UNIQUE constraint failed", 19)));
        Assert.Null(_store.Open().Translate(new InvalidOperationException()));
    }

    [Fact]
    public async Task MigrateAsync_where_the_lock_cannot_be_made_says_so()
    {
        await _store.OpenAudit().PrepareAsync(Ct);
        File.Delete(_store.Path + ".migration-lock");
        Directory.CreateDirectory(_store.Path + ".migration-lock");
        var more = new SchemaMigrations("orders", GetType().Assembly, "Strongroom.Storage.Tests.Schema.Own", "orders_schema");

        var fault = await Assert.ThrowsAsync<SecretConfigurationException>(() =>
            SchemaMigrator.MigrateAsync(_store.Open(), more, Ct)
        );

        Assert.Contains(".migration-lock", fault.Message, StringComparison.Ordinal);
    }

    private async Task AssertFaultAsync(string words)
    {
        var fault = await Assert.ThrowsAsync<SecretConfigurationException>(async () => await _store.OpenAudit().PrepareAsync(Ct));
        Assert.Equal(SecretErrorCode.SettingInvalid, fault.Code);
        Assert.StartsWith($"DATABASE_PATH: {_store.Path} ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_store.Path)!);
        File.WriteAllText(_store.Path, text);
        File.SetUnixFileMode(_store.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private sealed class SqliteTestStoreAt(string path) : TestStore
    {
        internal override DatabaseContext Context => ContextOf(new DatabaseOptions { Path = path });
    }
}
