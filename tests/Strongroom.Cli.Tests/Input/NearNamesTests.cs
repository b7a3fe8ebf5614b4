using Strongroom.Cli.Input;

namespace Strongroom.Cli.Tests.Input;

public class NearNamesTests
{
    private static readonly string[] s_commands = ["get", "set", "list", "delete", "history", "rollback"];

    [Theory]
    [InlineData("gte", "get")]
    [InlineData("delte", "delete")]
    [InlineData("hsitory", "history")]
    [InlineData("rolback", "rollback")]
    public void Find_gives_the_one_that_was_meant(string typed, string meant) =>
        Assert.Equal(meant, NearNames.Find(typed, s_commands, most: 1).Single());

    [Fact]
    public void Find_gives_nothing_where_nothing_is_near() => Assert.Empty(NearNames.Find("encrypt", s_commands, most: 3));
}
