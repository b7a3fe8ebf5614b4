using Strongroom.Env;
using Strongroom.Unix;

namespace Strongroom.Tests.Env;

public sealed class EnvVersionKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadOrCreate_twice_gives_one_key_in_a_file_of_the_owner_alone()
    {
        var state = _folder.At("state/strongroom");

        var key = EnvVersionKey.LoadOrCreate(state);

        Assert.Equal(key, EnvVersionKey.LoadOrCreate(state));
        Assert.Equal(32, key.Length);
        Assert.Equal(TemporaryFolder.OwnerOnly, UnixFile.GetStatus(Path.Combine(state, EnvVersionKey.FileName))!.Value.Mode);
        Assert.Single(Directory.GetFileSystemEntries(state));
    }

    // Two that found the name free at once each gave it to their own key; the first then held one that no other ever saw.
    [Fact]
    public async Task LoadOrCreate_by_many_at_once_gives_all_the_same()
    {
        for (var round = 0; round < 50; round++)
        {
            var folder = _folder.At($"round-{round}");
            using var start = new Barrier(4);
            var keys = await Task.WhenAll(
                Enumerable
                    .Range(0, start.ParticipantCount)
                    .Select(_ =>
                        Task.Factory.StartNew(
                            () =>
                            {
                                start.SignalAndWait();
                                return EnvVersionKey.LoadOrCreate(folder);
                            },
                            TaskCreationOptions.LongRunning
                        )
                    )
            );

            Assert.All(keys, key => Assert.Equal(keys[0], key));
            Assert.Single(Directory.GetFileSystemEntries(folder));
        }
    }

    [Fact]
    public void Link_onto_a_name_that_is_taken_leaves_it_as_it_is()
    {
        var (mine, theirs) = (_folder.Write("mine", "mine"), _folder.Write("theirs", "theirs"));

        Assert.False(UnixFile.TryLink(mine, theirs));

        Assert.Equal("theirs", File.ReadAllText(theirs));
    }

    [Fact]
    public void LoadOrCreate_where_nothing_can_be_kept_gives_a_key_of_this_process()
    {
        var notAFolder = _folder.Write("file", "");

        Assert.NotEqual(EnvVersionKey.LoadOrCreate(notAFolder), EnvVersionKey.LoadOrCreate(notAFolder));
        Assert.Equal(32, EnvVersionKey.LoadOrCreate(null).Length);
    }

    [Fact]
    public void LoadOrCreate_where_others_can_read_the_key_uses_another()
    {
        var key = EnvVersionKey.LoadOrCreate(_folder.Path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.At(EnvVersionKey.FileName), TemporaryFolder.OwnerOnly | UnixFileMode.OtherRead);

        Assert.NotEqual(key, EnvVersionKey.LoadOrCreate(_folder.Path));
    }
}
