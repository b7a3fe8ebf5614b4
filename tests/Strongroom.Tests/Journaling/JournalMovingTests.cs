using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;
using Strongroom.Unix;

namespace Strongroom.Tests.Journaling;

/// <summary>
/// A journal whose file is cut, read, deleted or moved while threads count in it. The accounts must agree all the same.
/// </summary>
public sealed partial class JournalMovingTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _temporary = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CollectingLoggerProvider _log = new();
    private readonly CollectingAuditStore _store = new();
    private readonly List<Thread> _threads = [];
    private long _counted;
    private volatile bool _stopping;

    public async ValueTask DisposeAsync()
    {
        StopCounting();
        await UnmountAsync();
        _temporary.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(9 * 1024 * 1024)]
    public async Task Cut_while_it_is_in_use_loses_nothing_and_ends_nothing(long length)
    {
        var folder = Folder();
        using var moved = new SemaphoreSlim(0);
        _log.Written = id =>
        {
            if (id == 1306)
                moved.Release();
        };
        using var journal = folder.Create(Owner(), _time, _log);
        StartCounting(journal);
        for (var round = 1; round <= 3; round++)
        {
            Assert.True(journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success) with { Name = "fetched" }));
            await CutAsync(PathOf(folder, journal), length);
            await UntilCountedOnAsync();
            // The log is written once the file is released, so after the other program goes on.
            Assert.True(await moved.WaitAsync(s_limit, TestContext.Current.CancellationToken));
            Assert.Equal(round, _log.Count(1306));
        }
        StopCounting();

        Assert.Equal(_counted, journal.Hits().Single(hit => hit.Name == "hit").Count);
        await FinishAsync(journal, folder);
        AssertAccounted(boots: 4, fetched: 3);
    }

    [Fact]
    public async Task Cut_after_which_the_process_is_killed_loses_nothing()
    {
        var folder = Folder();
        var journal = folder.Create(Owner(), _time, _log);
        StartCounting(journal);
        await CutAsync(PathOf(folder, journal), 0);
        await UntilCountedOnAsync();
        StopCounting();
        journal.Dispose(); // neither closed nor shipped, as after a kill

        using var next = folder.Create(Owner(), _time, _log);
        await FinishAsync(next, folder);
        AssertAccounted(boots: 3, fetched: 0);
    }

    [Fact]
    public async Task Reader_of_the_file_gets_it_whole_and_the_journal_goes_on_elsewhere()
    {
        var folder = Folder();
        using var journal = folder.Create(Owner(), _time, _log);
        var boot = journal.Owner.Boot;
        StartCounting(journal);
        var copy = _temporary.File("copy");
        await RunAsync("cp", PathOf(folder, journal), copy);
        StopCounting();

        Assert.NotEqual(boot, journal.Owner.Boot);
        Assert.Equal(boot, Journal.TryAdopt(copy, _time, out _)!.Owner.Boot);
        await FinishAsync(journal, folder);
        AssertAccounted(boots: 2, fetched: 0);
    }

    [Fact]
    public void Other_processes_look_for_dead_journals_without_disturbing_a_living_one()
    {
        var folder = Folder();
        using var journal = folder.Create(Owner(), _time, _log);
        Assert.Empty(folder.TakeOver("svc", _time, _log));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, _log.Count(1306));
        Assert.Single(Directory.GetFiles(folder.Path, "*.journal"));
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("moved")]
    [InlineData("folder deleted")]
    public async Task File_whose_name_is_gone_is_left_within_a_second_and_a_later_kill_loses_nothing(string how)
    {
        var folder = Folder();
        var journal = folder.Create(Owner(), _time, _log);
        StartCounting(journal);
        await UntilCountedOnAsync();
        var path = PathOf(folder, journal);
        if (how == "deleted")
            File.Delete(path);
        else if (how == "moved")
            File.Move(path, _temporary.File("elsewhere"));
        else
            Directory.Delete(folder.Path, recursive: true);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _log.Count(1306));
        await UntilCountedOnAsync();
        StopCounting();
        journal.Dispose(); // neither closed nor shipped, as after a kill

        using var next = folder.Create(Owner(), _time, _log);
        await FinishAsync(next, folder);
        AssertAccounted(boots: 3, fetched: 0);
    }

    [Fact]
    public async Task Cut_on_a_full_disk_goes_on_in_memory_until_there_is_room()
    {
        var folder = JournalFolder.Open(await MountAsync(), mustPersist: false);
        using var moved = new SemaphoreSlim(0);
        _log.Written = id =>
        {
            if (id == 1309)
                moved.Release();
        };
        using var journal = folder.Create(Owner(), _time, _log);
        StartCounting(journal);
        await CutAsync(PathOf(folder, journal), 0);
        await UntilCountedOnAsync();
        Assert.True(await moved.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.Equal(1, _log.Count(1309));

        // The journal that was cut has given its space back; the first second may find the move to memory still at its end.
        await Waiting.UntilAsync(() => File.Exists(PathOf(folder, journal)), () => _time.Advance(TimeSpan.FromSeconds(1)));
        await UntilCountedOnAsync();
        StopCounting();
        Assert.Equal(1, _log.Count(1309));
        Assert.True(File.Exists(PathOf(folder, journal)));
        Assert.Equal(_counted, journal.Hits().Single(hit => hit.Name == "hit").Count);
        await FinishAsync(journal, folder);
        AssertAccounted(boots: 3, fetched: 0);
    }

    [Fact]
    public async Task Rows_that_were_on_their_way_when_the_journal_moved_are_shipped_once_and_free_no_room_of_the_fresh_file()
    {
        var folder = Folder();
        using var journal = folder.Create(Owner(), _time, _log);
        for (var row = 0; row < 10; row++)
            Assert.True(journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success) with { Name = "fetched" }));
        var underway = journal.Unshipped(100);
        await CutAsync(PathOf(folder, journal), 0);
        journal.MarkShipped(underway[^1]);

        Assert.Equal(1, journal.Pending);
        await FinishAsync(journal, folder);
        AssertAccounted(boots: 2, fetched: 10);
    }

    [Fact]
    public async Task Move_whose_log_is_blocked_holds_up_no_row_and_no_end_of_the_process()
    {
        using var block = new BlockingCall();
        _log.Written = id => block.EnterOnceIf(id == 1306);
        var folder = Folder();
        var journal = folder.Create(Owner(), _time, _log);
        File.Delete(PathOf(folder, journal));
        var blocked = TestThreads.Run(() =>
        {
            journal.CheckFile();
            return Task.CompletedTask;
        });
        await block.Entered.WaitAsync(s_limit);
        try
        {
            await TestThreads
                .Run(() =>
                {
                    Assert.True(journal.TryAppend(journal.About(AccessOperation.Fetch, AccessOutcome.Success)));
                    journal.CheckFile();
                    journal.Dispose();
                    return Task.CompletedTask;
                })
                .WaitAsync(s_limit);
        }
        finally
        {
            block.Release();
        }
        await blocked;
    }

    [Fact]
    public async Task Deleted_where_no_file_can_be_made_goes_on_in_memory_until_one_can()
    {
        var folder = Folder();
        using var journal = folder.Create(Owner(), _time, _log);
        StartCounting(journal);
        Directory.Delete(folder.Path, recursive: true);
        await File.WriteAllTextAsync(folder.Path, "in the way", TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilCountedOnAsync();
        Assert.Equal((1, 0), (_log.Count(1309), _log.Count(1306)));

        File.Delete(folder.Path);
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilCountedOnAsync();
        StopCounting();
        Assert.True(File.Exists(PathOf(folder, journal)));
        await FinishAsync(journal, folder);
        AssertAccounted(boots: 3, fetched: 0);
    }

    [Fact]
    public void File_that_its_file_system_did_not_allocate_is_filled_with_zeros()
    {
        const long Size = (1024 * 1024) + 4096;
        using var sparse = new FileStream(_temporary.File("sparse"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        sparse.SetLength(Size);
        Assert.True(UnixFile.GetStatus(sparse.SafeFileHandle).Allocated < Size);

        JournalFiles.Allocated(sparse, Size);
        sparse.Flush(flushToDisk: true);

        Assert.True(UnixFile.GetStatus(sparse.SafeFileHandle).Allocated >= Size);
        Assert.Equal(Size, sparse.Length);
    }

    private JournalFolder Folder() => JournalFolder.Open(_temporary.File("journal"), mustPersist: false);

    private static string PathOf(JournalFolder folder, Journal journal) => JournalFolder.PathOf(folder.Path, journal.Owner);

    private void StartCounting(Journal journal)
    {
        var counter = journal.OpenCounter(new CounterKey("hit", "1", AccessSource.Cache))!;
        for (var i = 0; i < 2; i++)
        {
            var thread = new Thread(() =>
            {
                while (!_stopping)
                {
                    counter.Increment();
                    Interlocked.Increment(ref _counted);
                }
            });
            _threads.Add(thread);
            thread.Start();
        }
    }

    private void StopCounting()
    {
        _stopping = true;
        _threads.ForEach(thread => thread.Join());
        _threads.Clear();
    }

    private async Task UntilCountedOnAsync()
    {
        var before = Interlocked.Read(ref _counted);
        while (Interlocked.Read(ref _counted) < before + 1000)
            await Task.Yield();
    }

    private async Task FinishAsync(Journal journal, JournalFolder folder)
    {
        using var drainer = new JournalDrainer(journal, folder, _store, _time, _log);
        await drainer.FinishAsync(TestContext.Current.CancellationToken);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.journal*"));
    }

    private void AssertAccounted(int boots, int fetched)
    {
        Assert.Equal(_counted, _store.Rows.Where(row => row.Name == "hit").Sum(row => row.AccessCount));
        Assert.Equal(fetched, _store.Rows.Where(row => row.Name == "fetched").Sum(row => row.AccessCount));
        var lives = _store.Rows.GroupBy(row => row.Boot).ToList();
        Assert.Equal(boots, lives.Count);
        Assert.Equal(boots, _store.Instances.Count);
        foreach (var life in lives)
        {
            Assert.Equal(Enumerable.Range(1, life.Count()).Select(number => (long)number), life.Select(row => row.Sequence));
            Assert.Equal((AccessOperation.Open, AccessOperation.Close), (life.First().Operation, life.Last().Operation));
            Assert.DoesNotContain(life, row => row.Operation == AccessOperation.Gap);
        }
    }

    /// <summary>A thread of its own, since the kernel makes it wait until the journal is out of the file.</summary>
    private static Task CutAsync(string path, long length) =>
        Task
            .Factory.StartNew(
                () => Assert.Equal(0, truncate(path, length)),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            )
            .WaitAsync(s_limit);

    private async Task<string> MountAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("mounting a small file system needs root");
        var mount = Directory
            .CreateDirectory(_temporary.File("small"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)
            .FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=20m,mode=0700", "tmpfs", mount);
        return mount;
    }

    private async Task UnmountAsync()
    {
        if (Directory.Exists(_temporary.File("small")))
            await RunAsync("umount", "-l", _temporary.File("small"));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync().WaitAsync(s_limit);
        Assert.Equal(0, process.ExitCode);
    }

    private InstanceRow Owner() => new("svc-1", Guid.NewGuid(), "svc", "test", "env", "host", 1, "tester", _time.GetUtcNow());

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int truncate(string path, long length);
}
