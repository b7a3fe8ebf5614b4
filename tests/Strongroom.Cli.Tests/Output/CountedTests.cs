using Strongroom.Cli.Output;

namespace Strongroom.Cli.Tests.Output;

public class CountedTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(2, "2 bytes")]
    public void One_is_singular(long count, string expected) => Assert.Equal(expected, Counted.Text(count, "byte"));
}
