using System.Diagnostics;
using Strongroom.Env;
using Strongroom.Unix;

namespace Strongroom.Tests.Env;

public sealed class DotenvStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadAsync_without_a_file_gives_none() => Assert.Null(await LoadAsync(_folder.At(".env")));

    [Fact]
    public async Task LoadAsync_of_a_file_of_ones_own_reads_it()
    {
        using var file = await LoadAsync(_folder.Write(".env", "A=1\n"));

        Assert.Equal(["A"], file!.Names);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public async Task LoadAsync_of_a_file_open_to_others_says_which_chmod(UnixFileMode extra)
    {
        var path = _folder.Write(".env", "A=1\n", TemporaryFolder.OwnerOnly | extra);

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() => LoadAsync(path));

        Assert.Equal(SecretErrorCode.DotenvInvalid, error.Code);
        Assert.Contains($"chmod 600 {path}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_of_a_symlink_refuses_even_to_a_good_file()
    {
        var real = _folder.Write("real", "A=1\n");
        File.CreateSymbolicLink(_folder.At(".env"), real);

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() => LoadAsync(_folder.At(".env")));

        Assert.Contains("symbolic link", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_of_a_folder_refuses()
    {
        Directory.CreateDirectory(_folder.At(".env"));

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() => LoadAsync(_folder.At(".env")));

        Assert.Contains("not a regular file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_of_a_pipe_refuses_instead_of_waiting_for_a_writer()
    {
        using var mkfifo = Process.Start("mkfifo", ["-m", "600", _folder.At(".env")]);
        await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<SecretConfigurationException>(() => LoadAsync(_folder.At(".env")));
    }

    [Fact]
    public async Task LoadAsync_of_a_file_of_another_user_refuses()
    {
        Assert.SkipUnless(UnixFile.CurrentUser == 0, "Only root can give a file away.");
        var path = _folder.Write(".env", "A=1\n");
        GiveAway(path);

        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() => LoadAsync(path));

        Assert.Contains("another user", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_of_a_huge_file_refuses()
    {
        var path = _folder.Write(".env", "");
        using (var stream = File.OpenWrite(path))
            stream.SetLength(DotenvStore.MaxBytes + 1);

        await Assert.ThrowsAsync<SecretConfigurationException>(() => LoadAsync(path));
    }

    [Fact]
    public async Task ChangeAsync_makes_a_file_that_only_its_owner_may_use_and_leaves_nothing_else()
    {
        await SetAsync(_folder.At(".env"), "A", "1");

        Assert.Equal(TemporaryFolder.OwnerOnly, UnixFile.GetStatus(_folder.At(".env"))!.Value.Mode);
        Assert.Equal([".env"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task ChangeAsync_keeps_the_mode()
    {
        var path = _folder.Write(".env", "A=1\n", UnixFileMode.UserRead);

        await SetAsync(path, "A", "2");

        Assert.Equal(UnixFileMode.UserRead, UnixFile.GetStatus(path)!.Value.Mode);
    }

    [Fact]
    public async Task ChangeAsync_through_a_symlink_refuses_and_leaves_its_target()
    {
        var real = _folder.Write("real", "A=1\n");
        File.CreateSymbolicLink(_folder.At(".env"), real);

        await Assert.ThrowsAsync<SecretConfigurationException>(() => SetAsync(_folder.At(".env"), "A", "2"));

        Assert.Equal("A=1\n", await File.ReadAllTextAsync(real, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ChangeAsync_by_many_at_once_loses_no_change()
    {
        var path = _folder.At(".env");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => SetAsync(path, $"N{i}", $"{i}"))));

        using var file = await LoadAsync(path);
        Assert.Equal(20, file!.Names.Count);
    }

    [Fact]
    public async Task LoadAsync_while_another_writes_sees_old_or_new_and_never_half()
    {
        var path = _folder.At(".env");
        await SetAsync(path, "A", new string('a', 20_000));
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(
            async () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                    await SetAsync(path, "A", new string(i % 2 == 0 ? 'b' : 'a', 20_000));
            },
            TestContext.Current.CancellationToken
        );

        for (var i = 0; i < 200; i++)
        {
            using var file = await LoadAsync(path);
            var text = file!.Read("A")!.Reveal();
            Assert.Equal(20_000, text.Length);
            Assert.Single(text.Distinct());
        }
        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task ChangeAsync_where_the_folder_is_missing_says_so()
    {
        var error = await Assert.ThrowsAsync<SecretWriteException>(() => SetAsync(_folder.At("none/.env"), "A", "1"));

        Assert.Equal(SecretErrorCode.WriteFailed, error.Code);
    }

    internal static void GiveAway(string path)
    {
        using var chown = Process.Start("chown", ["65534", path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }

    private static Task<DotenvFile?> LoadAsync(string path) =>
        new DotenvStore(path, TimeProvider.System).LoadAsync(TestContext.Current.CancellationToken).AsTask();

    private static async Task SetAsync(string path, string name, string text)
    {
        using var value = SecretValue.FromText(text);
        await new DotenvStore(path, TimeProvider.System).ChangeAsync(
            file => file.With(name, value),
            TestContext.Current.CancellationToken
        );
    }
}
