namespace Strongroom.Cli.Tests.Output;

public class QuantityTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(2, "2 bytes")]
    public void One_is_singular(long count, string expected) => Assert.Equal(expected, Quantity.Format(count, "byte"));
}
