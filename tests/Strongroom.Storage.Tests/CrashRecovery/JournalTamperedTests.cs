using Strongroom.Audit;
using Strongroom.Storage.Tests.Support;

namespace Strongroom.Storage.Tests.CrashRecovery;

/// <summary>
/// Promise 7 against hands on the journal of a process that reads: it lives on, and the store accounts for what it counted
/// itself.
/// </summary>
public sealed class JournalTamperedTests
{
    [Theory]
    [InlineData("0", true)]
    [InlineData("0", false)]
    [InlineData("9M", true)]
    [InlineData("9M", false)]
    public async Task Reader_whose_journal_is_cut_lives_on_and_is_accounted_for_in_full(string size, bool killed)
    {
        await using var store = new SqliteTestStore();
        using var home = new ReaderSecretSource();
        home.PointTo(store);
        using (var life = await home.StartAsync())
        {
            for (var cut = 0; cut < 3; cut++)
            {
                var journal = life.Journal;
                await OutsideCommand.RunAsync("dd", "if=/dev/null", $"of={journal}", "bs=1", $"seek={size}", "status=none");
                await life.ReadOnAsync();
            }
            await (killed ? home.KillAsync(life) : home.EndAsync(life));
        }

        await home.LiveAsync();
        await home.AssertAccountedInTotalAsync(store);
    }

    [Fact]
    public async Task Reader_whose_journal_was_deleted_goes_on_in_another_and_a_kill_after_that_loses_nothing()
    {
        await using var store = new SqliteTestStore();
        using var home = new ReaderSecretSource();
        home.PointTo(store);
        using (var life = await home.StartAsync())
        {
            var journal = life.Journal;
            File.Delete(journal);
            // What the file held is back under its name, or has reached the store already.
            await ReaderSecretSource.UntilAsync(async () =>
                File.Exists(journal)
                || (await store.OpenAudit().QueryAllAsync()).Any(row => row.Operation == AccessOperation.Close)
            );
            await life.ReadOnAsync();
            await home.KillAsync(life);
        }

        await home.LiveAsync();
        await home.AssertAccountedInTotalAsync(store);
    }

    [Fact]
    public async Task Reader_on_a_file_system_that_is_full_reads_on_and_a_kill_loses_nothing()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("mounting a small file system needs root");
        await using var store = new SqliteTestStore();
        using var home = new ReaderSecretSource();
        home.PointTo(store);
        home.Journals = Directory.CreateTempSubdirectory("strongroom-full-").FullName;
        await OutsideCommand.RunAsync("mount", "-t", "tmpfs", "-o", "size=40m,mode=0700", "tmpfs", home.Journals);
        try
        {
            using (var life = await home.StartAsync())
            {
                var rest = Path.Combine(home.Journals, "rest");
                Fill(rest);
                await life.ReadOnAsync();
                await home.KillAsync(life);
                File.Delete(rest);
            }
            await home.LiveAsync();
            await home.AssertAccountedInTotalAsync(store);
        }
        finally
        {
            await OutsideCommand.RunAsync("umount", "-l", home.Journals);
            Directory.Delete(home.Journals);
        }
    }

    private static void Fill(string path)
    {
        using var rest = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var zeros = new byte[64 * 1024];
        Assert.Throws<IOException>(Write);

        void Write()
        {
            while (true)
                rest.Write(zeros);
        }
    }
}
