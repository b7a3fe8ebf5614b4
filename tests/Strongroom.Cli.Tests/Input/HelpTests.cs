using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Input;

public class HelpTests
{
    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help run", "run --help")]
    [InlineData("help breaker clear", "breaker clear --help")]
    [InlineData("help get", "get -h")]
    public async Task Help_shows_what_the_option_shows(string help, string option)
    {
        var (asked, same) = (await RunAsync(help), await RunAsync(option));

        Assert.Equal((0, ""), (asked.ExitCode, asked.Error));
        Assert.Equal(same.Output, asked.Output);
        Assert.Contains("\nUsage:\n  strongroom ", asked.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_options_of_run()
    {
        var help = await RunAsync("run --help");

        Assert.Contains("--env <VAR=NAME>", help.Output, StringComparison.Ordinal);
        Assert.Contains("  strongroom run --env PGPASSWORD=database/password -- psql\n", help.Output, StringComparison.Ordinal);
    }

    private static Task<CommandResult> RunAsync(string line) =>
        InProcess.RunAsync(line.Split(' '), new Dictionary<string, string>(), Path.GetTempPath(), []);
}
