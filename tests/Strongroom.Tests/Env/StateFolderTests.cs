using Strongroom.Unix;

namespace Strongroom.Tests.Env;

public sealed class StateFolderTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("/state", "/state/strongroom")]
    [InlineData("relative", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Find_follows_the_base_directory_specification(string? state, string? expected) =>
        Assert.Equal(
            expected ?? _home.At(".local/state/strongroom"),
            StateFolder.Find(name => name == "HOME" ? _home.Path : state)
        );

    [Theory]
    [InlineData("/nonexistent")]
    [InlineData("relative")]
    public void Get_without_a_home_that_exists_is_an_error_and_never_the_working_folder(string home)
    {
        var error = Assert.Throws<SecretConfigurationException>(() => StateFolder.Get(name => name == "HOME" ? home : null));

        Assert.Contains("XDG_STATE_HOME", error.Message, StringComparison.Ordinal);
    }
}
