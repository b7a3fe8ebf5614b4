using Strongroom.Cli.Output;

namespace Strongroom.Cli.Tests.Output;

public class TimestampsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90m", "2026-03-01T10:30:00Z")]
    [InlineData("24h", "2026-02-28T12:00:00Z")]
    [InlineData("7d", "2026-02-22T12:00:00Z")]
    [InlineData("2026-01-31", "2026-01-31T00:00:00Z")]
    [InlineData("2026-01-31T08:00+02:00", "2026-01-31T06:00:00Z")]
    public void Parse_reads_lengths_and_moments(string text, string expected) =>
        Assert.Equal(
            DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            Timestamps.Parse(text, s_now)
        );

    [Theory]
    [InlineData("yesterday")]
    [InlineData("7")]
    [InlineData("-3h")]
    [InlineData("99999d")]
    [InlineData("")]
    public void Parse_refuses_what_is_neither(string text) => Assert.Null(Timestamps.Parse(text, s_now));
}
