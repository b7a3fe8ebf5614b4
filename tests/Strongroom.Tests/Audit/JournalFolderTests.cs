using Microsoft.Extensions.Time.Testing;
using Strongroom.Audit;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Audit;

public sealed class JournalFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CollectingLoggerProvider _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_makes_a_folder_for_its_user_only()
    {
        var folder = JournalFolder.Open(_folder.File("new/journal"), mustLast: false);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
    }

    [Fact]
    public void Open_of_a_folder_that_others_can_read_says_how_to_close_it()
    {
        var path = Directory.CreateDirectory(_folder.File("open"), (UnixFileMode)0b111_101_101).FullName;
        var fault = Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(path, mustLast: false));
        Assert.Contains("chmod 700 " + path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("STRONGROOM_JOURNAL_DIR", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_through_a_symbolic_link_is_refused()
    {
        var real = Directory.CreateDirectory(_folder.File("real"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(_folder.File("link"), real.FullName);
        Assert.Contains("symbolic link", Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(_folder.File("link"), false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_of_a_file_is_refused()
    {
        File.WriteAllText(_folder.File("file"), "");
        Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(_folder.File("file"), mustLast: false));
    }

    [Fact]
    public void Open_on_a_file_system_in_memory_is_refused_where_it_must_last()
    {
        var path = $"/dev/shm/strongroom-{Guid.NewGuid():N}";
        try
        {
            Assert.Contains("does not outlive", Assert.Throws<SecretConfigurationException>(() => JournalFolder.Open(path, mustLast: true)).Message, StringComparison.Ordinal);
            JournalFolder.Open(path, mustLast: false);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void TakeOver_gives_the_dead_journals_of_one_service_only()
    {
        var folder = JournalFolder.Open(_folder.File("journal"), mustLast: false);
        folder.Create(Owner("mine"), _time).Dispose();
        folder.Create(Owner("other"), _time).Dispose();
        using var living = folder.Create(Owner("mine"), _time);

        var taken = folder.TakeOver("mine", _time, _log).ToList();
        Assert.Equal("mine", Assert.Single(taken).Owner.Service);
        taken.ForEach(journal => journal.Dispose());
        Assert.Equal(3, Directory.GetFiles(folder.Path, "*.journal").Length);
    }

    private InstanceRow Owner(string service) => new($"{service}-1", Guid.NewGuid(), service, "test", "env", "host", 1, "tester", _time.GetUtcNow());
}
