using PaperRun.Tests.Support;

namespace PaperRun.Tests.Day;

/// <summary>Days of a few cycles: what differs from the default day.</summary>
public sealed class ShortDayTests : IDisposable
{
    private readonly RunLocation _location = new();

    [Fact]
    public async Task Dry_run_decides_and_sends_no_order_and_leaves_an_env_file_that_is_there_untouched()
    {
        _location.WriteDotenv();
        var (before, written) = (File.ReadAllBytes(_location.Dotenv), File.GetLastWriteTimeUtc(_location.Dotenv));
        await using var run = _location.Start(
            new Dictionary<string, string> { ["DRY_RUN"] = "true" },
            "--cycles",
            "4",
            "--symbols",
            "AAPL,NVDA"
        );

        Assert.Equal(0, await run.WaitForExitAsync());
        Assert.Equal((4, 8), (new SummaryText(run.Output).Cycles, new SummaryText(run.Output).Signals));
        Assert.Matches("[1-9][0-9]* approved|[1-9][0-9]* resized", run.Output);
        Assert.Contains("\nOrders at the broker: none\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Made ", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_location.Dotenv));
        Assert.Equal(written, File.GetLastWriteTimeUtc(_location.Dotenv));
        Assert.Empty(_location.SecretFiles);
    }

    [Theory]
    [InlineData("--cycles must be", "--cycles", "0")]
    [InlineData("--cycles must be", "--cycles", "361")]
    [InlineData("--symbols must be", "--symbols", "aapl")]
    public async Task Choice_that_cannot_be_is_refused_before_anything_is_made(string expected, params string[] arguments)
    {
        await using var run = _location.Start(arguments);

        Assert.Equal(2, await run.WaitForExitAsync());
        Assert.StartsWith($"paper-run: {expected}", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_location.Dotenv));
    }

    [Fact]
    public async Task Without_a_template_the_run_says_which_file_is_missing()
    {
        File.Delete(Path.Combine(_location.Root, ".env.template"));
        await using var run = _location.Start();

        Assert.Equal(1, await run.WaitForExitAsync());
        Assert.Contains(".env.template is missing", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _location.Dispose();
}
