using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Journaling;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Journaling;

public sealed class JournalFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CollectingLoggerProvider _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_makes_a_folder_for_its_user_only()
    {
        var folder = JournalFolder.Open(_folder.File("new/journal"), mustPersist: false);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(folder.Path)
        );
    }

    [Fact]
    public void Open_of_a_folder_that_others_can_read_says_how_to_close_it()
    {
        var path = Directory.CreateDirectory(_folder.File("open"), (UnixFileMode)0b111_101_101).FullName;
        var fault = Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(path, mustPersist: false));
        Assert.Contains("chmod 700 " + path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("STRONGROOM_JOURNAL_DIR", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_through_a_symbolic_link_is_refused()
    {
        var real = Directory.CreateDirectory(
            _folder.File("real"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        File.CreateSymbolicLink(_folder.File("link"), real.FullName);
        Assert.Contains(
            "symbolic link",
            Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(_folder.File("link"), false)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Open_of_a_file_is_refused()
    {
        File.WriteAllText(_folder.File("file"), "");
        Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(_folder.File("file"), mustPersist: false));
    }

    [Fact]
    public void Open_on_a_file_system_in_memory_is_refused_where_it_must_last()
    {
        var path = $"/dev/shm/strongroom-{Guid.NewGuid():N}";
        try
        {
            Assert.Contains(
                "does not survive",
                Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(path, mustPersist: true)).Message,
                StringComparison.Ordinal
            );
            JournalFolder.Open(path, mustPersist: false);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void TakeOver_gives_the_dead_journals_of_one_service_only()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        folder.Create(Owner("mine"), _time).Dispose();
        folder.Create(Owner("other"), _time).Dispose();
        using var living = folder.Create(Owner("mine"), _time);

        var taken = folder.TakeOver("mine", _time, _log).ToList();
        Assert.Equal("mine", Assert.Single(taken).Owner.Service);
        taken.ForEach(journal => journal.Dispose());
        Assert.Equal(3, Directory.GetFiles(folder.Path, "*.journal").Length);
    }

    [Fact]
    public void TakeOver_of_a_journal_of_an_older_program_knows_whose_it_was()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        folder.Create(Owner("mine"), _time).Dispose();
        var path = Assert.Single(Directory.GetFiles(folder.Path, "*.journal"));
        var identity = JsonSerializer.SerializeToUtf8Bytes(Owner("mine") with { Actor = "it's \"Zoë\"" });
        using (var file = File.OpenWrite(path))
        {
            RandomAccess.Write(file.SafeFileHandle, identity, JournalLayout.HeaderIdentity);
            RandomAccess.Write(file.SafeFileHandle, BitConverter.GetBytes(identity.Length), JournalLayout.HeaderIdentityLength);
        }

        using var taken = Assert.Single(folder.TakeOver("mine", _time, _log));
        Assert.Equal(JsonSerializer.Deserialize<InstanceRow>(identity), taken.Owner);
        Assert.Equal("it's \"Zoë\"", taken.Owner.Actor);
        Assert.Equal(AccessOperation.Open, Assert.Single(taken.Unshipped(10)).Operation);
    }

    [Fact]
    public void TakeOver_leaves_files_that_are_no_journals()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        File.WriteAllText(Path.Combine(folder.Path, "other.new"), "");
        Assert.Empty(folder.TakeOver("mine", _time, _log));
        Assert.Single(Directory.GetFiles(folder.Path, "other.new"));
    }

    [Fact]
    public void Open_of_a_folder_of_another_user_says_whose_it_is_and_what_to_do()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("giving a folder away needs root");
        var path = Directory
            .CreateDirectory(_folder.File("foreign"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)
            .FullName;
        Env.DotenvStoreTests.GiveAway(path);
        var fault = Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(path, mustPersist: false));
        Assert.Contains("STRONGROOM_JOURNAL_DIR", fault.Message, StringComparison.Ordinal);
        Assert.Contains("id 65534", fault.Message, StringComparison.Ordinal);
        Assert.Contains("chown 0 " + path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TakeOver_of_a_journal_of_another_user_is_refused_and_says_what_to_do()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("giving a file away needs root");
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        folder.Create(Owner("mine"), _time).Dispose();
        var path = Assert.Single(Directory.GetFiles(folder.Path, "*.journal"));
        Env.DotenvStoreTests.GiveAway(path);

        Assert.Empty(folder.TakeOver("mine", _time, _log));
        Assert.Contains(
            $"{path} belongs to another user (id 65534); run: chown 0 {path}",
            Assert.Single(_log.Entries).Text,
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void TakeOver_of_a_symbolic_link_is_refused()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        folder.Create(Owner("mine"), _time).Dispose();
        var elsewhere = _folder.File("elsewhere");
        var path = Assert.Single(Directory.GetFiles(folder.Path, "*.journal"));
        File.Move(path, elsewhere);
        File.CreateSymbolicLink(path, elsewhere);

        Assert.Empty(folder.TakeOver("mine", _time, _log));
        Assert.Equal(1, _log.Count(1312));
        Assert.True(File.Exists(elsewhere));
    }

    [Fact]
    public void TakeOver_of_a_journal_that_was_cut_after_its_process_died_says_so_and_leaves_it()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        folder.Create(Owner("mine"), _time).Dispose();
        var path = Assert.Single(Directory.GetFiles(folder.Path, "*.journal"));
        using (var file = File.OpenWrite(path))
            file.SetLength(file.Length / 2);

        Assert.Empty(folder.TakeOver("mine", _time, _log));
        Assert.Contains($"{path} was truncated", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void TakeOver_removes_what_a_process_left_that_died_while_it_made_its_journal_and_nothing_of_a_living_one()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        var (dead, living) = (
            Path.Combine(folder.Path, "mine-1.0.journal.1.new"),
            Path.Combine(folder.Path, "mine-2.0.journal.1.new")
        );
        File.WriteAllBytes(dead, new byte[8192]);
        using (new FileStream(living, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Empty(folder.TakeOver("mine", _time, _log));
            Assert.False(File.Exists(dead));
            Assert.True(File.Exists(living));
        }
        Assert.Contains(dead, Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
        Assert.Equal(1, _log.Count(1311));
    }

    [Fact]
    public async Task TakeOver_while_others_begin_and_end_never_costs_one_its_journal()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustPersist: false);
        using var stopping = new CancellationTokenSource();
        var clearing = Task.Factory.StartNew(
            ClearAway,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        for (var turn = 0; turn < 50; turn++)
        {
            using var journal = folder.Create(Owner("mine"), _time);
            journal.Close(AccessOutcome.Success);
            journal.MarkShipped(2);
        }
        await stopping.CancelAsync();
        await clearing;
        Assert.Empty(Directory.GetFiles(folder.Path, "*.journal*"));

        void ClearAway()
        {
            while (!stopping.IsCancellationRequested)
                Assert.Empty(folder.TakeOver("mine", _time, _log));
        }
    }

    private InstanceRow Owner(string service) =>
        new($"{service}-1", Guid.NewGuid(), service, "test", "env", "host", 1, "tester", _time.GetUtcNow());
}
