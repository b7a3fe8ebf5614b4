using Strongroom.Cli.Output;

namespace Strongroom.Cli.Tests.Output;

public class ColumnWidthsTests
{
    private const string ClockReading = "2026-01-31 08:00:00Z";

    [Fact]
    public void Table_that_fits_keeps_its_widths() =>
        Assert.Equal(
            [6, 7],
            ColumnWidths.Of(
                ["name", "version"],
                [
                    ["a/keys", "1"],
                ],
                80
            )!
        );

    [Fact]
    public void Words_are_parted_and_names_and_moments_are_not()
    {
        var name = new string('n', 30);
        var widths = ColumnWidths.Of(
            ["at", "name", "why"],
            [
                [ClockReading, name, "its name says so and so does a lot else"],
            ],
            80
        )!;

        Assert.Equal((20, 30), (widths[0], widths[1]));
        Assert.True(widths.Sum() + (3 * 2) <= 80);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    public void Table_that_would_part_a_name_is_none(int fixture) =>
        Assert.Null(
            ColumnWidths.Of(
                ["at", "name"],
                [
                    [ClockReading, new string('n', fixture - 20)],
                ],
                fixture
            )
        );
}
