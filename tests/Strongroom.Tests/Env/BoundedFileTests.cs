using System.Diagnostics;
using Strongroom.Unix;

namespace Strongroom.Tests.Env;

public sealed class BoundedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_gives_the_bytes_and_null_where_there_is_no_file()
    {
        Assert.Equal("text"u8.ToArray(), BoundedFile.Read(_folder.Write("file", "text"), 4));
        Assert.Null(BoundedFile.Read(_folder.At("none"), 4));
        Assert.Null(BoundedFile.Read(_folder.At("file/below"), 4));
    }

    [Fact]
    public void Read_of_a_pipe_is_refused_and_waits_for_no_writer()
    {
        using var made = Process.Start("mkfifo", _folder.At("pipe"));
        made.WaitForExit();

        Assert.Contains(
            "regular",
            Assert.Throws<IOException>(() => BoundedFile.Read(_folder.At("pipe"), 10)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Declaration_that_is_a_pipe_is_an_error_and_not_waited_for()
    {
        using var made = Process.Start("mkfifo", _folder.At("secrets.json"));
        made.WaitForExit();

        Assert.Equal(
            SecretErrorCode.DeclarationInvalid,
            Assert.Throws<SecretConfigurationException>(() => SecretDeclaration.Load(_folder.At("secrets.json"))).Code
        );
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/tmp")]
    public void Read_of_what_is_no_regular_file_is_refused(string path) =>
        Assert.Throws<IOException>(() => BoundedFile.Read(path, 10));

    [Fact]
    public void Read_of_more_than_is_allowed_is_refused_also_where_the_size_is_not_known_before()
    {
        Assert.Throws<IOException>(() => BoundedFile.Read(_folder.Write("file", "12345"), 4));
        // The kernel says 0 bytes of it.
        Assert.Throws<IOException>(() => BoundedFile.Read("/proc/self/environ", 1));
        Assert.NotEmpty(BoundedFile.Read("/proc/self/status", 65_536)!);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Read_of_a_credential_that_others_may_write_is_refused(UnixFileMode extra)
    {
        var path = _folder.Write("token", "text", TemporaryFolder.OwnerOnly | extra);

        Assert.Contains(
            $"chmod 600 {path}",
            Assert.Throws<IOException>(() => BoundedFile.Read(path, 10, FileTrust.Credential)).Message,
            StringComparison.Ordinal
        );
        Assert.NotNull(BoundedFile.Read(path, 10));
    }

    [Fact]
    public void Read_of_a_credential_behind_a_link_follows_it_as_mounted_secrets_need()
    {
        File.CreateSymbolicLink(_folder.At("token"), _folder.Write("real", "text"));

        Assert.NotNull(BoundedFile.Read(_folder.At("token"), 10, FileTrust.Credential));
    }
}
