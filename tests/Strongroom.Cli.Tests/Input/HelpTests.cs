using System.CommandLine;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Input;

public class HelpTests
{
    private static readonly CommandContext s_context = new(
        new CommandEnvironment { Variables = new Dictionary<string, string>(), Folder = Path.GetTempPath() },
        new Terminal(TerminalDevices.OfProcess())
    );

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

    [Fact]
    public async Task Help_puts_the_options_of_run_before_its_command()
    {
        var help = await RunAsync("run --help");

        Assert.Contains("  strongroom run [options] -- <COMMAND>...\n", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list <PREFIX>", "list [<PREFIX>]")]
    [InlineData("help <COMMAND>", "help [<COMMAND>]")]
    public async Task Help_marks_a_commands_optional_argument(string asRequired, string marked)
    {
        var help = await RunAsync("--help");

        Assert.DoesNotContain(asRequired, help.Output, StringComparison.Ordinal);
        Assert.Contains($"\n  {marked} ", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_states_each_default_once()
    {
        Assert.NotEmpty(Pages());
        foreach (var page in Pages())
        {
            var help = await RunAsync(page + " --help");

            Assert.Equal(0, help.ExitCode);
            Assert.DoesNotMatch("(?i)default.*default:", help.Output);
        }
    }

    private static IEnumerable<string> Pages(Command? command = null, string path = "") =>
        (command ?? Program.Root(s_context)).Subcommands.SelectMany(child =>
            Pages(child, $"{path} {child.Name}".TrimStart()).Prepend($"{path} {child.Name}".TrimStart())
        );

    private static Task<CommandResult> RunAsync(string line) =>
        InProcess.RunAsync(line.Split(' '), new Dictionary<string, string>(), Path.GetTempPath(), []);
}
