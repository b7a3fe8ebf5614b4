using Strongroom.Env;
using Strongroom.Unix;

namespace Strongroom.Tests.Env;

public sealed class AtomicFileTests : IDisposable
{
    private const string Left = ".strongroom-0123456789abcdef.tmp";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replace_makes_and_replaces_and_leaves_no_other_name()
    {
        AtomicFile.Replace(_folder.At("file"), "one"u8, UnixFile.OwnerOnly);
        AtomicFile.Replace(_folder.At("file"), "two"u8, UnixFile.OwnerOnly | UnixFileMode.OtherRead);

        Assert.Equal("two", File.ReadAllText(_folder.At("file")));
        Assert.Equal(UnixFile.OwnerOnly | UnixFileMode.OtherRead, File.GetUnixFileMode(_folder.At("file")));
        Assert.Equal(["file"], Names());
    }

    [Fact]
    public void Replace_that_fails_leaves_what_was_there()
    {
        Directory.CreateDirectory(_folder.At("folder/inside"));

        Assert.ThrowsAny<IOException>(() => AtomicFile.Replace(_folder.At("folder"), "one"u8, UnixFile.OwnerOnly));

        Assert.Equal(["folder"], Names());
    }

    [Fact]
    public void TryCreate_of_a_name_that_is_taken_says_so_and_changes_nothing()
    {
        Assert.True(AtomicFile.TryCreate(_folder.At("key"), "one"u8));
        Assert.False(AtomicFile.TryCreate(_folder.At("key"), "two"u8));

        Assert.Equal("one", File.ReadAllText(_folder.At("key")));
        Assert.Equal(["key"], Names());
    }

    [Theory]
    [InlineData(Left)]
    [InlineData(".env-0123456789abcdef.tmp")]
    [InlineData("env-version.key.0123456789abcdef.tmp")]
    public void Sweep_clears_what_a_stopped_write_of_any_version_left(string name)
    {
        _folder.Write(name, "A=1\n");
        _folder.Write("my.tmp", "mine");

        Assert.Equal([_folder.At(name)], AtomicFile.Unfinished(_folder.Path));
        Assert.Equal(0, AtomicFile.Sweep(_folder.Path));

        Assert.Equal(["my.tmp"], Names());
    }

    [Fact]
    public void Sweep_of_a_second_name_does_not_empty_the_file_that_is_in_use()
    {
        var path = _folder.Write("env-version.key", "key");
        Assert.True(UnixFile.TryLink(path, _folder.At("env-version.key.0123456789abcdef.tmp")));

        AtomicFile.Sweep(_folder.Path);

        Assert.Equal("key", File.ReadAllText(path));
        Assert.Equal(["env-version.key"], Names());
    }

    [Fact]
    public void Sweep_of_a_link_leaves_its_target()
    {
        var real = _folder.Write("real", "text");
        File.CreateSymbolicLink(_folder.At(Left), real);

        Assert.Equal(1, AtomicFile.Sweep(_folder.Path));

        Assert.Equal("text", File.ReadAllText(real));
    }

    [Fact]
    public async Task Change_of_a_dotenv_clears_what_an_earlier_one_left()
    {
        _folder.Write(".env-0123456789abcdef.tmp", "A=1\n");
        using var value = SecretValue.FromText("2");

        await new DotenvStore(_folder.At(".env"), TimeProvider.System).ChangeAsync(
            file => file.With("A", value),
            TestContext.Current.CancellationToken
        );

        Assert.Equal([".env"], Names());
    }

    private IEnumerable<string?> Names() =>
        Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
